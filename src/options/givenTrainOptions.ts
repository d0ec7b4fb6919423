// Which options of a training were given, of those that were resolved: what its command line has to name.

import type { TrainConfig } from '../training/config.js';
import { withDefaults } from './option.js';
import { resolveTrainOptions, type TrainOptions, trainOptions } from './trainOptions.js';

/** Options whose default depends on others. */
const dependent: readonly string[] = ['lr', 'weightDecay', 'trainable', 'split', 'maxBad', 'scheduleEpochs'];

/** Those of a run's options that are not what they would be by themselves. */
export function givenOptions(options: Readonly<TrainConfig>): Readonly<Record<string, unknown>> {
  const values: Readonly<Record<string, unknown>> = options;
  const { scheduleEpochs } = options;
  const names = Object.keys(trainOptions) as (keyof TrainOptions)[];
  const own = names.filter(
    (name) =>
      !dependent.includes(name) && values[name] !== undefined && values[name] !== trainOptions[name].default,
  );
  const base: Partial<TrainOptions> = Object.fromEntries(own.map((name) => [name, values[name]]));
  // With the schedule's length, as some options make no sense with another.
  const usual = {
    ...resolveTrainOptions(withDefaults(trainOptions, { ...base, scheduleEpochs })),
    scheduleEpochs: options.epochs,
  };
  const others = names.filter((name) => dependent.includes(name) && values[name] !== usual[name]);
  return { ...base, ...Object.fromEntries(others.map((name) => [name, values[name]])) };
}
