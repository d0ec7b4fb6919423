// alexft train: fine-tunes AlexNet on a folder of pictures, and leaves a model.

import { imageNetPreprocessing } from '../data/preprocessing.js';
import { openEngine } from '../engine/openEngine.js';
import { alexNetWidths, type Widths } from '../model/alexnet.js';
import { withDefaults } from '../options/option.js';
import { resolveTrainOptions, type TrainOptions, trainOptions } from '../options/trainOptions.js';
import { PictureSource } from '../training/batchSource.js';
import type { TrainingEvent } from '../training/events.js';
import { withKeptFeatures } from '../training/featureSource.js';
import { fineTune } from '../training/fineTune.js';
import { defaultRunFolder, RunFolder } from '../training/runFolder.js';
import { type CommandContext, mayFetch, silentContext } from './context.js';
import { openPictures } from './pictures.js';
import { RunRecord } from './runRecord.js';
import { startingNetwork } from './startingNetwork.js';
import { openTrainingSet } from './trainingSet.js';

/**
 * Trains as `given` says (defaults for the rest), and tells how it goes. The last event is `done`, or nothing more
 * where the context's signal ended the run: its last model is on disk then. A program may ask for a narrower network
 * than AlexNet, which has to start from scratch (`weights: 'none'`).
 */
export async function* train(
  given: Partial<TrainOptions>,
  context: CommandContext = silentContext,
  { widths = alexNetWidths }: { widths?: Widths } = {},
): AsyncGenerator<TrainingEvent> {
  const options = resolveTrainOptions(withDefaults(trainOptions, given));
  const set = await openTrainingSet(options);
  for (const warning of set.warnings) context.onMessage(warning);

  const engine = await openEngine({ ...context, ...options, setup: mayFetch(options) });
  const { network, first, weights } = await startingNetwork(
    engine,
    { classes: set.classes.length, widths },
    options,
    context,
  );
  const loader = openPictures(engine, set.paths, imageNetPreprocessing, options.workers);
  const run = await RunFolder.create(options.out ?? defaultRunFolder(new Date()), options.force);
  const record = new RunRecord(run, { options, set, engine, weights, widths });
  try {
    yield await record.start();
    const source = withKeptFeatures(
      new PictureSource(loader, (sample) => set.names[sample]!),
      network,
      first,
    );
    const task = { engine, network, first, source, options, ...set, ...context };
    for await (const event of fineTune(task)) {
      await record.take(event, network);
      yield event;
    }
    const done = await record.finish(network, context.signal?.aborted ?? false);
    if (done) yield done;
  } catch (error) {
    await record.fail(error);
    throw error;
  } finally {
    await loader.close();
    network.dispose();
  }
}
