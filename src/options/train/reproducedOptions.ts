// The options of a run that repeat its training: in its report's command line, and with --config run.json.

import type { Fields } from '../../core/json.js';
import type { TrainConfig } from '../../training/config.js';
import { findNamed } from '../../weights/namedWeights.js';
import { givenOptions } from './givenTrainOptions.js';
import { savedOptions } from './resumedOptions.js';
import { type TrainOptions, trainOptions } from './trainOptions.js';

/** Options that don't change the result of a training. */
export const notReproduced: readonly string[] = [
  'out',
  'force',
  'resume',
  'dryRun',
  'noSetup',
  'noReport',
  'tensorboard',
  'keepCheckpoint',
  'checkpointEvery',
  'cacheLimit',
  'profile',
];

/** The options with the weights that were `used`: the name that --weights resolved to, or the path that was given. */
export const withUsedWeights = (options: TrainConfig, used: string | undefined): TrainConfig => ({
  ...options,
  weights: findNamed(options.weights) ? (used ?? options.weights) : options.weights,
});

/** Those that differ from their defaults. */
export function reproducedOptions(
  options: TrainConfig,
  used: string | undefined,
): Readonly<Record<string, unknown>> {
  const { weights } = withUsedWeights(options, used);
  return Object.fromEntries(
    Object.entries({ ...givenOptions(options), weights }).filter(
      ([name, value]) =>
        value !== undefined &&
        !notReproduced.includes(name) &&
        value !== trainOptions[name as keyof TrainOptions].default,
    ),
  );
}

/** The same of a run.json. Throws a UserError for options that this version does not know. */
export const recordedOptions = ({ options, weights }: Fields): Readonly<Record<string, unknown>> =>
  reproducedOptions(savedOptions(options as object), typeof weights === 'string' ? weights : undefined);
