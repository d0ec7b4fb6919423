// alexft train: fine-tunes AlexNet on a folder of images.

import { stat } from 'node:fs/promises';
import { silentContext } from '../core/context.js';
import { dataError, printable } from '../core/errors.js';
import { span } from '../core/spans.js';
import { openTrainingSet, type TrainingSet } from '../data/dataset/dataset.js';
import { placeOf } from '../distributed/place.js';
import { ranksMessage } from '../distributed/ranksMessage.js';
import { meet } from '../distributed/rendezvous.js';
import { alexNetWidths, type Widths } from '../model/alexnet.js';
import { describeRun } from '../options/describeRun.js';
import { withDefaults } from '../options/option.js';
import { resumedOptions } from '../options/resumedOptions.js';
import { retryCommand } from '../options/retryCommand.js';
import { trainingFacts } from '../options/trainingFacts.js';
import { resolveTrainOptions, type TrainOptions, trainOptions } from '../options/trainOptions.js';
import type { CommandContext } from '../profile/context.js';
import { startProfile } from '../profile/profile.js';
import { reportAfterTraining } from '../report/gather/afterTraining.js';
import { startRecording } from '../run/recorder.js';
import { Run } from '../run/run.js';
import { defaultRunFolder, type RunFile } from '../run/runFiles.js';
import { requireNoRun } from '../run/runFolder.js';
import { warnOfRunInData } from '../run/runInData.js';
import { requireSameDataset, savedFor } from '../run/splitFile.js';
import { createTrainer } from '../trainer/trainer.js';
import type { Retry } from '../trainer/trainingFailure.js';
import type { TrainConfig } from '../training/config.js';
import type { PlanEvent, TrainingEvent } from '../training/events.js';
import { followTraining, restarted } from './followTraining.js';

/**
 * Trains as `given` says (defaults for the rest) and yields events: `start` first, `done` last. After `error` it
 * throws. A dry run yields one event, `plan`. When the context's signal is aborted, or the consumer stops, the run is
 * saved. Programs may train a narrower network than AlexNet, from scratch (`weights: 'none'`). In a group of processes
 * (docs/distributed.md), rank 0 yields the events and the others none.
 */
export async function* train(
  options: Partial<TrainOptions>,
  context: CommandContext = silentContext,
  { widths = alexNetWidths }: { widths?: Widths } = {},
): AsyncGenerator<TrainingEvent> {
  const place = placeOf(options, process.env);
  if (place && place.rank > 0) {
    if (!options.dryRun) await followTraining(await restarted(options, place), place, context, widths);
    return;
  }
  const given = await restarted(options, place);
  const { resume } = given;
  const fresh = resume === undefined ? resolveTrainOptions(withDefaults(trainOptions, given)) : undefined;
  if (fresh?.dryRun) {
    yield await plan(fresh, context);
    return;
  }
  await using _profile = await startProfile(given, context);
  await using meeting = place && (await meet(place, context.signal));
  const opened = fresh ? await newRun(fresh, context) : await resumedRun(resume!, given, context);
  await using run = opened.run;
  const { dataset } = opened;
  const { config } = run;
  if (context.signal?.aborted) return;

  const saved = savedFor(dataset, run.takeSaved());
  const member = await meeting?.agree(trainingFacts(config, dataset, saved?.step ?? 0));
  if (member) context.onMessage(ranksMessage(member));
  const retry: Retry = (batchSize, progress) =>
    retryCommand({ config, folder: run.path, ...progress }, batchSize);
  const startWeights = run.before?.weights;
  const request = { dataset, config, saved, startWeights, widths, retry, member };
  await using trainer = await createTrainer(request, context);
  if (context.signal?.aborted && !member) return; // ranks agree in the training

  await using recorder = await startRecording(run, trainer, context);
  try {
    yield recorder.startEvent;
    for await (const event of trainer.train()) yield* recorder.record(event);
    if (trainer.stopped) {
      const checkpoint = await recorder.interrupt();
      if (checkpoint) yield checkpoint;
      return;
    }
    const done = yield* recorder.finish();
    if (!config.noReport) {
      const { network, loader, source, predictions } = trainer;
      const subject = { network, loader, source, set: dataset, batchSize: config.batchSize, predictions };
      await span('report', 'other', () => reportAfterTraining(run.path, subject, describeRun, context));
    }
    yield done;
  } catch (caught) {
    const { event, error } = await recorder.fail(caught);
    yield event;
    throw error;
  }
}

interface Opened {
  readonly run: Run;
  readonly dataset: TrainingSet;
}

/** The images are scanned before the run's folder exists, which may be inside theirs. */
async function newRun(config: TrainConfig, context: CommandContext): Promise<Opened> {
  const dataset = await newDataset(config, context);
  const run = await Run.create(config);
  return { run, dataset };
}

/** Locked before the scan: another process may be training into the folder. */
async function resumedRun(
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
    return { run, dataset };
  } catch (error) {
    await run[Symbol.asyncDispose]();
    throw error;
  }
}

/** The dataset of a new run. Throws a usage error, before the work, where its folder has a run. */
async function newDataset(config: TrainConfig, context: CommandContext): Promise<TrainingSet> {
  if (config.out !== undefined && !config.force) await requireNoRun(config.out);
  const dataset = await openDataset(config, context);
  await warnOfRunInData(config, context);
  return dataset;
}

async function openDataset(config: TrainConfig, context: CommandContext): Promise<TrainingSet> {
  const dataset = await span('scan', 'files', () => openTrainingSet(config, context));
  for (const warning of dataset.warnings) context.onMessage(warning);
  return dataset;
}

async function requireImages(config: TrainConfig, given: Partial<TrainOptions>): Promise<void> {
  for (const name of ['data', 'val'] as const) {
    const path = config[name];
    if (path === undefined || given[name] !== undefined) continue;
    if (await stat(path).catch(() => undefined)) continue;
    throw dataError(
      `The images of the run are not in '${printable(path)}' any more.`,
      `If they have moved, name their folder: --${name} DIR`,
    );
  }
}

async function plan(config: TrainConfig, context: CommandContext): Promise<PlanEvent> {
  const dataset = await newDataset(config, context);
  return {
    event: 'plan',
    schema: 1,
    options: config,
    classes: dataset.classes,
    images: dataset.paths.length,
    train: dataset.train.length,
    validation: dataset.validation.length,
    model: config.out ?? defaultRunFolder(new Date()),
  };
}
