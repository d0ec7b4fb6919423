// alexft runs diff: two runs compared.

import { join } from 'node:path';
import { silentContext } from '../../core/context.js';
import { ExitCode, printable, reasonOf, UserError } from '../../core/errors.js';
import type { Preprocessing } from '../../data/transforms/preprocessing.js';
import { openPredictor } from '../../inference/predictor.js';
import { checkOutputFile, writeOutputFile } from '../../io/outputFile.js';
import { withDefaults } from '../../options/option.js';
import { type DiffOptions, diffOptions } from '../../options/runsOptions.js';
import { differingOptions } from '../../options/train/differingOptions.js';
import { withUsedWeights } from '../../options/train/reproducedOptions.js';
import type { CommandContext } from '../../profile/context.js';
import type { ComparedRun, Pair, RunComparison } from '../../report/comparison.js';
import { comparisonPage, mostShown } from '../../report/comparisonPage.js';
import {
  type Answer,
  answersOf,
  type ComparedImage,
  compareAnswers,
} from '../../report/gather/compareAnswers.js';
import { compareSplits } from '../../report/gather/compareSplits.js';
import { madeAt } from '../../report/gather/facts.js';
import { type PastRun, readPastRun } from '../../report/gather/pastRun.js';
import { thumbnailsOf } from '../../report/gather/photos.js';
import { readSplit } from '../../run/splitFile.js';

export type { RunComparison } from '../../report/comparison.js';

/**
 * Compares the runs in two folders: their options, splits, and the answers of their best models for the images that are
 * for validation in both. Throws a data error where a folder has no readable run.json.
 */
export async function compareRuns(
  first: string,
  second: string,
  given: Partial<DiffOptions> = {},
  context: CommandContext = silentContext,
): Promise<RunComparison> {
  const options = withDefaults(diffOptions, given);
  const { out, force } = options;
  if (out !== undefined) await checkOutputFile(out, force);
  const past = [await readPastRun(first), await readPastRun(second)] as const;
  const [splitOfFirst = [], splitOfSecond = []] = [await readSplit(first), await readSplit(second)];
  const { split, shared } = compareSplits([splitOfFirst, splitOfSecond]);
  const { data, val } = past[0].run.options;
  const folder = options.val ?? val ?? options.data ?? data;
  const images = shared.map((each) => ({
    file: each.file,
    class: each.class,
    path: join(folder, each.file),
  }));
  const notes: string[] = [];
  const { answers, preprocessing } = await answersOfBoth([first, second], images, options, notes, context);
  const comparison = {
    runs: [comparedRun(past[0]), comparedRun(past[1])] as const,
    options: differingOptions(optionsOf(past[0]), optionsOf(past[1])),
    split,
    answers: answers && compareAnswers(images, answers),
    notes,
  };
  if (images.length === 0) notes.push('No image is for validation in both runs.');
  else if (answers && !comparison.answers) {
    notes.push(
      `None of the ${images.length} images could be read. If they have moved, name their folder: --data DIR`,
    );
  }
  if (out !== undefined) await writePage(out, comparison, images, preprocessing, context);
  return comparison;
}

/** One model after the other: two would need twice the memory. */
async function answersOfBoth(
  runs: Pair<string>,
  images: readonly ComparedImage[],
  options: DiffOptions,
  notes: string[],
  context: CommandContext,
): Promise<{ answers?: Pair<(Answer | undefined)[]>; preprocessing?: Preprocessing }> {
  if (images.length === 0) return {};
  const found: (Answer | undefined)[][] = [];
  let preprocessing: Preprocessing | undefined;
  for (const run of runs) {
    const request = { ...options, model: run, weights: undefined, classes: undefined };
    try {
      await using predictor = await openPredictor(request, images.length, context);
      preprocessing ??= predictor.model.preprocessing;
      found.push(await answersOf(predictor, images, context));
    } catch (error) {
      if (!(error instanceof UserError) || error.exitCode !== ExitCode.badData) throw error;
      notes.push(`The answers were not compared: ${reasonOf(error)}`);
      return {};
    }
  }
  return { answers: [found[0]!, found[1]!], preprocessing: preprocessing! };
}

const optionsOf = ({ run }: PastRun) => withUsedWeights(run.options, run.weights);

function comparedRun({ path, run, epochs }: PastRun): ComparedRun {
  const best = epochs.findLast((epoch) => epoch.best);
  const { valAccuracy, valLoss, epoch } = best ?? {};
  const { state, seconds } = run;
  return { run: path, state, bestEpoch: epoch, valAccuracy, valLoss, seconds };
}

async function writePage(
  out: string,
  comparison: RunComparison,
  images: readonly ComparedImage[],
  preprocessing: Preprocessing | undefined,
  context: CommandContext,
): Promise<void> {
  const paths = new Map(images.map(({ file, path }) => [file, path]));
  const changed = comparison.answers?.changed.slice(0, mostShown) ?? [];
  const files = changed.map(({ file }) => file);
  const thumbnails = await thumbnailsOf(
    files.map((file) => paths.get(file)!),
    preprocessing!,
    'Report',
    context,
  );
  const photos = new Map(files.map((file, index) => [file, thumbnails[index]]));
  await writeOutputFile(out, comparisonPage(comparison, photos, madeAt(new Date())));
  context.onMessage(`The page: ${printable(out)}`);
}
