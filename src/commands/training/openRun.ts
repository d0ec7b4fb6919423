// Opens the run and the images of a training.

import { stat } from 'node:fs/promises';
import { groupingOf } from '../../audit/similarImages.js';
import { dataError, printable } from '../../core/errors.js';
import { span } from '../../core/spans.js';
import { openTrainingSet, type TrainingSet } from '../../data/dataset/dataset.js';
import { openTestSet, type TestSet } from '../../data/dataset/testSet.js';
import { resumedOptions } from '../../options/train/resumedOptions.js';
import type { TrainOptions } from '../../options/train/trainOptions.js';
import type { CommandContext } from '../../profile/context.js';
import { requireNoRun } from '../../run/existingRun.js';
import { Run } from '../../run/run.js';
import type { RunFile } from '../../run/runFiles.js';
import { warnOfRunInData } from '../../run/runInData.js';
import { requireSameDataset } from '../../run/splitFile.js';
import type { TrainConfig } from '../../training/config.js';

interface Opened {
  readonly run: Run;
  readonly dataset: TrainingSet;
  readonly test: TestSet | undefined;
}

/** The images are scanned before the run's folder exists, which may be inside theirs. */
export async function newRun(config: TrainConfig, context: CommandContext): Promise<Opened> {
  const dataset = await newDataset(config, context);
  const test = await openTestSet(config, dataset, context);
  const run = await Run.create(config);
  return { run, dataset, test };
}

/** Locked before the scan: another process may be training into the folder. */
export async function resumedRun(
  folder: string,
  given: Partial<TrainOptions>,
  context: CommandContext,
): Promise<Opened> {
  const resolve = async (file: RunFile) => {
    const options = resumedOptions(folder, file, given);
    await requireImages(options.config, given);
    return options;
  };
  const run = await span('read the run', 'files', () => Run.resume(folder, resolve, context.onMessage));
  try {
    const { config, before, resumes } = run;
    const dataset = await openDataset(config, context);
    const moved = before && (config.data !== before.config.data || config.val !== before.config.val);
    if ((resumes || moved) && !context.signal?.aborted) await requireSameDataset(folder, dataset);
    return { run, dataset, test: await openTestSet(config, dataset, context) };
  } catch (error) {
    await run[Symbol.asyncDispose]();
    throw error;
  }
}

/** The dataset of a new run. Throws a usage error, before the work, where its folder has a run. */
export async function newDataset(config: TrainConfig, context: CommandContext): Promise<TrainingSet> {
  if (config.out !== undefined && !config.force) await requireNoRun(config.out);
  const dataset = await openDataset(config, context);
  await warnOfRunInData(config, context);
  return dataset;
}

async function openDataset(config: TrainConfig, context: CommandContext): Promise<TrainingSet> {
  const dataset = await span('scan', 'files', () =>
    openTrainingSet(config, context, groupingOf(config, context)),
  );
  for (const warning of dataset.warnings) context.onMessage(warning);
  return dataset;
}

async function requireImages(config: TrainConfig, given: Partial<TrainOptions>): Promise<void> {
  for (const name of ['data', 'val', 'test'] as const) {
    const path = config[name];
    if (path === undefined || given[name] !== undefined) continue;
    if (await stat(path).catch(() => undefined)) continue;
    throw dataError(
      `The images of the run are not in '${printable(path)}' any more.`,
      `If they have moved, name their folder: --${name} DIR`,
    );
  }
}
