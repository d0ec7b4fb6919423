// alexft train: fine-tunes AlexNet on a folder of pictures, and leaves a model.

import { imageNetPreprocessing } from '../data/preprocessing.js';
import { openEngine } from '../engine/openEngine.js';
import { alexNetWidths, type Widths } from '../model/alexnet.js';
import { withDefaults } from '../options/option.js';
import {
  type ResolvedTrainOptions,
  resolveTrainOptions,
  type TrainOptions,
  trainOptions,
} from '../options/trainOptions.js';
import { MersenneTwister } from '../random.js';
import { PictureSource } from '../training/batchSource.js';
import type { PlanEvent, TrainingEvent } from '../training/events.js';
import { withKeptFeatures } from '../training/featureSource.js';
import { fineTune } from '../training/fineTune.js';
import { seededRandomness } from '../training/randomness.js';
import { defaultRunFolder, RunFolder, replaceableRun } from '../training/runFolder.js';
import { generatorAfterSplit, torchRandomness } from '../training/torchRandomness.js';
import { type CommandContext, mayFetch, silentContext } from './context.js';
import { openPictures } from './pictures.js';
import { RunRecord } from './runRecord.js';
import { startingNetwork } from './startingNetwork.js';
import { openTrainingSet, type TrainingSet } from './trainingSet.js';

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
  const options = resolveTrainOptions(withDefaults(trainOptions, given));
  const folder = options.out ?? defaultRunFolder(new Date());
  await replaceableRun(folder, options.force); // asked before the work, not after
  const set = await openTrainingSet(options);
  for (const warning of set.warnings) context.onMessage(warning);
  if (options.dryRun) {
    yield planOf(options, set, folder);
    return;
  }

  const engine = await openEngine({ ...context, ...options, setup: mayFetch(options) });
  const generator =
    options.reference === 'torch'
      ? generatorAfterSplit(options.seed, set.paths.length)
      : new MersenneTwister(options.seed);
  const { network, first, weights } = await startingNetwork(
    engine,
    { classes: set.classes.length, widths, generator },
    options,
    context,
  );
  const chance = { ...options, ...set, engine, generator, layers: network.layers };
  const randomness = options.reference === 'torch' ? torchRandomness(chance) : seededRandomness(chance);
  const run = await RunFolder.create(folder, options.force);
  const loader = openPictures(engine, set.paths, imageNetPreprocessing, options.workers);
  const record = new RunRecord(run, { options, set, engine, weights, widths });
  try {
    yield await record.start();
    const source = withKeptFeatures(
      new PictureSource(loader, (sample) => set.names[sample]!),
      network,
      first,
    );
    const task = { engine, network, first, source, options, randomness, labels: set.labels, ...context };
    for await (const event of fineTune(task)) {
      await record.take(event, network);
      yield event;
    }
    const done = await record.finish(network, context.signal?.aborted ?? false);
    if (done) yield done;
  } catch (error) {
    yield await record.fail(error);
    throw error;
  } finally {
    // Whoever reads the events has stopped reading.
    if (!record.ended) await record.finish(network, true);
    await loader.close();
    network.dispose();
  }
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
