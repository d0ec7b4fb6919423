// alexft train: fine-tunes AlexNet on a folder of images, and leaves a model.

import { mayFetch, silentContext } from '../core/context.js';
import { span } from '../core/spans.js';
import { openTrainingSet, type TrainingSet } from '../data/dataset.js';
import { imageNetPreprocessing } from '../data/transforms/preprocessing.js';
import { openEngine } from '../engine/openEngine.js';
import { openImages } from '../inference/openImages.js';
import { alexNetWidths, type Widths } from '../model/alexnet.js';
import { describeRun } from '../options/describeRun.js';
import { withDefaults } from '../options/option.js';
import {
  type ResolvedTrainOptions,
  resolveTrainOptions,
  type TrainOptions,
  trainOptions,
} from '../options/trainOptions.js';
import { type CommandContext, startProfile } from '../profile/profile.js';
import { reportAfterTraining } from '../report/gather/afterTraining.js';
import { checkpointSchedule } from '../run/checkpointSchedule.js';
import { requireRoomForRun } from '../run/diskCheck.js';
import { type ResumedRun, resumeRun } from '../run/resume.js';
import { defaultRunFolder, RunFolder, replaceableRun } from '../run/runFolder.js';
import { RunRecord } from '../run/runRecord.js';
import { requireSameSet } from '../run/splitFile.js';
import { startingPoint } from '../trainer/createTrainer.js';
import { requireMemoryForTraining, trainingMemory } from '../trainer/memoryCheck.js';
import { explainFailure } from '../trainer/trainingFailure.js';
import { ImageSource } from '../training/batchSource.js';
import { BestLook } from '../training/bestPredictions.js';
import { classWeightsOf } from '../training/classWeights.js';
import type { PlanEvent, TrainingEvent } from '../training/events.js';
import { keptFeatures } from '../training/features/openFeatures.js';
import { fineTune } from '../training/fineTune.js';

/**
 * Trains as `given` says (defaults for the rest), and tells how it goes. The last event is `done`; `error`, and the
 * error is thrown; or nothing more where the context's signal (or whoever reads the events) ended the run: its last
 * model is on disk then. A dry run has one event, `plan`. A program may ask for a narrower network than AlexNet, which
 * has to start from scratch (`weights: 'none'`).
 */
export async function* train(
  given: Partial<TrainOptions>,
  context: CommandContext = silentContext,
  { widths = alexNetWidths }: { widths?: Widths } = {},
): AsyncGenerator<TrainingEvent> {
  const { resume } = given;
  const options = resume === undefined && resolveTrainOptions(withDefaults(trainOptions, given));
  const profile = await startProfile(given.dryRun ? {} : given, context);
  try {
    if (options) yield* trainRun(options, undefined, context, widths);
    else yield* trainOn(resume!, given, context, widths);
  } finally {
    await profile.end();
  }
}

async function* trainOn(
  folder: string,
  given: Partial<TrainOptions>,
  context: CommandContext,
  widths: Widths,
): AsyncGenerator<TrainingEvent> {
  const resumed = await span('read the run', 'files', () => resumeRun(folder, given, context));
  try {
    yield* trainRun(resumed.options, resumed, context, widths);
  } finally {
    await resumed.lock.release();
  }
}

async function* trainRun(
  options: ResolvedTrainOptions,
  resumed: ResumedRun | undefined,
  context: CommandContext,
  widths: Widths,
): AsyncGenerator<TrainingEvent> {
  const saved = resumed?.saved;
  const folder = options.out ?? defaultRunFolder(new Date());
  if (!resumed && options.out !== undefined) await replaceableRun(folder, options.force); // before the work, not after
  const set = await span('scan', 'files', () => openTrainingSet(options, context));
  for (const warning of set.warnings) context.onMessage(warning);
  if (saved) await requireSameSet(folder, set);
  if (options.dryRun) {
    yield planOf(options, set, folder);
    return;
  }

  const engine = await openEngine({ ...context, ...options, setup: mayFetch(options) });
  const size = { classes: set.classes.length, images: set.paths.length, widths };
  const memory = trainingMemory(engine, size, options);
  const begun = { options, folder, begun: resumed !== undefined, epochs: (saved?.state.epoch ?? 1) - 1 };
  await requireMemoryForTraining(memory, begun, context);
  // Its threads start while the network is made.
  const loader = openImages(engine, set.paths, imageNetPreprocessing, options.workers);
  const start = await span('make the network', 'other', () =>
    startingPoint(engine, { set, widths, options, resumed }, context),
  ).catch(async (error) => {
    await loader.close();
    throw error;
  });
  const { network, weights } = start;
  const giveBack = async () => {
    start.dispose();
    await loader.close();
  };
  if (context.signal?.aborted) return await giveBack();
  const run = await requireRoomForRun(folder, start, options)
    .then(() => openRunFolder(folder, options, resumed, context))
    .catch(async (error) => {
      await giveBack();
      throw error;
    });
  const unreadable = saved?.record.skipped.map(({ file }) => set.names.indexOf(file));
  const onSaving = (done: number, total: number) => context.onProgress('Saving', done, total, 'bytes');
  const record = new RunRecord(run, { options, set, engine, weights, widths, onSaving }, saved);
  const images = new ImageSource(loader, (sample) => set.names[sample]!, unreadable);
  const features = await span('open kept features', 'files', () =>
    keptFeatures({ images, start, set, engine, options }, context),
  );
  const bestLook = new BestLook();
  const task = {
    ...start,
    source: features.source,
    labels: set.labels,
    classWeights: classWeightsOf(options.classWeights, set),
    options,
    signal: context.signal,
    onValidation: (done: number, total: number) => context.onProgress('Validation', done, total, 'images'),
    onPrediction: bestLook.see,
  };
  const due = checkpointSchedule(options.checkpointEvery);
  try {
    yield await record.start();
    for await (const event of fineTune(task)) {
      await record.take(event, network);
      if (event.event === 'epoch') bestLook.endEpoch(event);
      yield event;
      // After the last epoch there is nothing to go on with, unless it is to be given more.
      const more = task.state.epoch <= options.epochs || options.keepCheckpoint;
      if (more && due(event) && !record.saved) yield await record.checkpoint(task);
    }
    if (context.signal?.aborted) {
      const checkpoint = await record.interrupt(task);
      if (checkpoint) yield checkpoint;
      return;
    }
    if (options.keepCheckpoint && !record.saved) yield await record.checkpoint(task);
    const done = await record.finish(task);
    if (!options.noReport) {
      const { predictions } = bestLook;
      const subject = {
        network,
        loader,
        source: task.source,
        set,
        batchSize: options.batchSize,
        predictions,
      };
      await span('report', 'other', () => reportAfterTraining(run.path, subject, describeRun, context));
    }
    yield done;
  } catch (caught) {
    const error = await explainFailure(caught, { set, options, folder, state: task.state, memory });
    yield await record.fail(error);
    throw error;
  } finally {
    try {
      // Whoever reads the events has stopped reading.
      if (!record.ended) await record.interrupt(task);
    } finally {
      await Promise.all([loader.close(), features.close()]);
      start.dispose();
    }
  }
}

async function openRunFolder(
  folder: string,
  options: ResolvedTrainOptions,
  resumed: ResumedRun | undefined,
  { onMessage }: CommandContext,
): Promise<RunFolder> {
  if (resumed?.saved) return await RunFolder.reopen(folder, resumed.lock, resumed.saved, onMessage);
  if (resumed) return await RunFolder.create(folder, true, resumed.lock);
  return options.out === undefined
    ? await RunFolder.createUnique(folder)
    : await RunFolder.create(folder, options.force);
}

const planOf = (options: ResolvedTrainOptions, set: TrainingSet, folder: string): PlanEvent => ({
  event: 'plan',
  schema: 1,
  options,
  classes: set.classes,
  images: set.paths.length,
  train: set.train.length,
  validation: set.validation.length,
  model: folder,
});
