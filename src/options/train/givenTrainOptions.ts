// The options that a command line needs to reproduce a training.

import type { TrainConfig } from '../../training/config.js';
import { withDefaults } from '../option.js';
import { resolveTrainOptions, type TrainOptions, trainOptions } from './trainOptions.js';

/** Options whose default depends on other options. */
const dependent: readonly string[] = [
  'lr',
  'weightDecay',
  'trainable',
  'split',
  'maxBad',
  'scheduleEpochs',
  'lrStep',
];

/** The options of a run that differ from their defaults. */
export function givenOptions(options: Readonly<TrainConfig>): Readonly<Record<string, unknown>> {
  const values: Readonly<Record<string, unknown>> = options;
  const { scheduleEpochs } = options;
  const names = Object.keys(trainOptions) as (keyof TrainOptions)[];
  const own = names.filter(
    (name) =>
      !dependent.includes(name) && values[name] !== undefined && values[name] !== trainOptions[name].default,
  );
  const base: Partial<TrainOptions> = Object.fromEntries(own.map((name) => [name, values[name]]));
  // With the run's scheduleEpochs: a warm-up may be invalid for another length.
  const defaults = {
    ...resolveTrainOptions(withDefaults(trainOptions, { ...base, scheduleEpochs })),
    scheduleEpochs: options.epochs,
  };
  const others = names.filter((name) => dependent.includes(name) && values[name] !== defaults[name]);
  return { ...base, ...Object.fromEntries(others.map((name) => [name, values[name]])) };
}
