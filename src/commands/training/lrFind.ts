// alexft lr-find: which learning rate a training should have.

import { groupingOf } from '../../audit/similarImages.js';
import { silentContext } from '../../core/context.js';
import { printable } from '../../core/errors.js';
import { openTrainingSet } from '../../data/dataset/dataset.js';
import { checkOutputFile, writeOutputFile } from '../../io/outputFile.js';
import { alexNetWidths, type Widths } from '../../model/alexnet.js';
import { commandLine } from '../../options/commandLine.js';
import { withDefaults } from '../../options/option.js';
import { type LrFindOptions, lrFindOptions, sweptOptions } from '../../options/train/lrFindOptions.js';
import { resolveTrainOptions, trainOptions } from '../../options/train/trainOptions.js';
import type { CommandContext } from '../../profile/context.js';
import { learningRateSvg } from '../../report/charts/learningRates.js';
import { sweepRates } from '../../trials/learningRates.js';
import { type Sweep, smoothedLosses, suggestRate } from '../../trials/suggestion.js';

export interface LearningRates extends Sweep {
  /** Each averaged with its neighbours: the curve that the suggestion is for. */
  readonly smoothed: readonly number[];
  readonly suggestion?: number;
  /** Where the loss falls at least half as fast: the smallest and the largest learning rate. */
  readonly range?: readonly [number, number];
  /** The training with the suggestion. */
  readonly command?: string;
  /** Why there is no suggestion. */
  readonly reason?: string;
}

/** Trains a few steps at growing learning rates and suggests one. Writes no run. `widths`: as of train. */
export async function lrFind(
  given: Partial<LrFindOptions>,
  context: CommandContext = silentContext,
  { widths = alexNetWidths }: { widths?: Widths } = {},
): Promise<LearningRates> {
  const { out, force, ...options } = withDefaults(lrFindOptions, given);
  const config = resolveTrainOptions(withDefaults(trainOptions, options));
  if (out !== undefined) await checkOutputFile(out, force);
  const dataset = await openTrainingSet(config, context, groupingOf(config, context));
  for (const warning of dataset.warnings) context.onMessage(warning);
  const sweep = await sweepRates({ dataset, config, widths }, context);
  const found = suggestRate(sweep);
  const result: LearningRates = {
    ...sweep,
    smoothed: smoothedLosses(sweep.losses),
    ...('rate' in found
      ? {
          suggestion: rounded(found.rate),
          range: found.range,
          command: trainLine(given, rounded(found.rate)),
        }
      : { reason: found.none }),
  };
  if (out !== undefined) {
    await writeOutputFile(out, learningRateSvg(result));
    context.onMessage(`The curve: ${printable(out)}`);
  }
  return result;
}

/** Two digits: a sweep is no more precise. */
const rounded = (rate: number): number => Number(rate.toPrecision(2));

function trainLine(given: Partial<LrFindOptions>, lr: number): string {
  const own = Object.keys(sweptOptions) as (keyof typeof sweptOptions)[];
  const values = Object.fromEntries(own.map((name) => [name, given[name]]));
  return commandLine('train', [], trainOptions, { ...values, lr });
}
