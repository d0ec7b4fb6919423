// A trainer: the network, its optimizer, the images and everything else that the training loop works with.

import { collectGarbage } from '../core/collectGarbage.js';
import { type Context, mayFetch } from '../core/context.js';
import { usageError } from '../core/errors.js';
import { Resources } from '../core/resources.js';
import { span } from '../core/spans.js';
import type { ImageLoader } from '../data/imageLoader.js';
import { openLoader } from '../data/openLoader.js';
import { preprocessingOf } from '../data/transforms/preprocessing.js';
import { ownDevice } from '../distributed/ownDevice.js';
import { shareTraining } from '../distributed/shareTraining.js';
import { openEngine } from '../engine/openEngine.js';
import { inputPadding } from '../model/alexnet.js';
import { Network } from '../model/network.js';
import { MersenneTwister } from '../random/generator.js';
import type { RecordedTraining } from '../run/recording/descriptions.js';
import { type BatchSource, ImageSource } from '../training/batchSource.js';
import { BestPredictions } from '../training/bestPredictions.js';
import type { Prediction } from '../training/evaluateNetwork.js';
import type { LoopEvent } from '../training/events.js';
import { openFeatures } from '../training/features/openFeatures.js';
import { type LoopTask, trainLoop } from '../training/loop.js';
import { classWeightsOf } from '../training/optimization/classWeights.js';
import { mixShare } from '../training/optimization/mixup.js';
import { createOptimizer } from '../training/optimization/optimizer.js';
import { plateauOf } from '../training/optimization/plateau.js';
import { learningRateOf } from '../training/optimization/schedule.js';
import { seededRandomness } from '../training/randomness.js';
import { generatorAfterSplit, torchRandomness } from '../training/torchRandomness.js';
import { newTraining } from '../training/trainingState.js';
import { networkToTrain } from './initialNetwork.js';
import { loadBest } from './loadBest.js';
import { machineMemory, requireMemoryForTraining, trainingMemory } from './memoryCheck.js';
import type { TrainerRequest } from './trainerRequest.js';
import { explainFailure } from './trainingFailure.js';

export interface Trainer extends RecordedTraining, AsyncDisposable {
  /** Trains to the last epoch, or until the signal is aborted. */
  train(): AsyncGenerator<LoopEvent>;
  readonly loader: ImageLoader;
  /** Batches for this process alone, once it has trained. */
  readonly source: BatchSource;
  /** Whether the training has ended early, on this rank's signal or another's. */
  readonly stopped: boolean;
  /** The best epoch's predictions for the validation images, where they were stored. */
  readonly predictions: readonly Prediction[] | undefined;
  /** After training: loads the best model of the run in `folder` into the network that is validated. */
  useBest(folder: string): Promise<void>;
}

/**
 * Opens the engine, starts the decoding threads, and makes the network with its first values or those of the
 * checkpoint. Throws a UserError where memory, engine or weights are missing, or the checkpoint does not fit.
 */
export async function createTrainer(request: TrainerRequest, context: Context): Promise<Trainer> {
  const { dataset, config, saved, widths, retry, member } = request;
  const { mixup } = config;
  if (member && mixup !== undefined) {
    throw usageError(
      '--mixup is for one process: an image would be mixed with one of another rank.',
      'Remove --mixup.',
    );
  }
  const resources = new Resources();
  try {
    const own = { ...config, ...(member && ownDevice(config, member)) };
    const engine = await openEngine({ ...context, ...own, member, setup: mayFetch(config) });
    const memory = trainingMemory(engine, request);
    const progress = { begun: request.startWeights !== undefined, epochs: (saved?.state.epoch ?? 1) - 1 };
    const again = (batchSize: number) => retry(batchSize, progress);
    await requireMemoryForTraining(memory, again, context, machineMemory(member?.localSize));
    // Its threads start while the network is made.
    const loader = openLoader(engine, {
      preprocessing: preprocessingOf(config),
      border: inputPadding,
      images: dataset.paths.length,
      workers: config.workers,
    });
    resources.add(() => loader[Symbol.asyncDispose]());

    const torch = config.reference === 'torch';
    const generator = torch
      ? generatorAfterSplit(config.seed, dataset.paths.length)
      : new MersenneTwister(config.seed);
    const { network, first, weights } = await span('make the network', 'other', () =>
      networkToTrain(engine, generator, request, context),
    );
    resources.add(() => network.dispose());
    const trained = new Map(
      network.parametersFrom(first).map((name) => [name, network.parameters.get(name)!]),
    );
    const optimizer = createOptimizer(engine, trained, config, saved?.optimizer);
    resources.add(() => optimizer.dispose());
    saved?.optimizer.tensors.clear(); // hundreds of megabytes, which the engine has now
    collectGarbage(); // with the network's first values
    const averages = optimizer.averages && new Map([...network.parameters, ...optimizer.averages]);
    const averaged = averages && new Network(network.layers, engine, undefined, averages);

    const unreadable = new Set(saved?.record.skipped.map(({ file }) => dataset.names.indexOf(file)));
    const images = new ImageSource(loader, dataset.paths, (index) => dataset.names[index]!, unreadable);
    const ownTraining = { network, first, images, names: dataset.names, unreadable, signal: context.signal };
    const shared = engine.group && shareTraining(engine.group, ownTraining);
    if (shared) resources.add(() => shared.end());
    const decoded = shared?.images ?? images;
    const features = await span('open cached features', 'files', () =>
      openFeatures(
        { images: decoded, network, first, dataset, engine, config: own, processes: member?.localSize },
        context,
      ),
    );
    resources.add(() => features.close());
    const signal = shared?.signal ?? context.signal;
    const chance = { ...config, ...dataset, engine, generator, layers: network.layers };
    const predictions = new BestPredictions();
    const state = saved ? structuredClone(saved.state) : newTraining();
    const task: LoopTask = {
      ...{ network, averaged, first, optimizer, state, predictions },
      source: shared?.batches(features.source) ?? features.source,
      labels: dataset.labels,
      classWeights: classWeightsOf(config.classWeights, dataset),
      randomness: torch ? torchRandomness(chance) : seededRandomness(chance),
      mixup:
        mixup === undefined ? undefined : { images, share: (step) => mixShare(config.seed, step, mixup) },
      learningRate: request.learningRate ?? learningRateOf(config),
      options: { ...config, plateau: plateauOf(config) },
      onProgress: context.onProgress,
      signal,
    };
    return {
      ...{ config, dataset, widths, engine, network, averaged, first, weights, optimizer, state, loader },
      source: features.source,
      past: saved && { step: saved.step, record: saved.record },
      train: () => (shared?.compute ? computing(shared.compute) : trainLoop(task)),
      get stopped() {
        return signal?.aborted ?? false;
      },
      get predictions() {
        return predictions.predictions;
      },
      useBest: async (folder) => {
        if (state.best && state.best.epoch < state.epoch - 1) await loadBest(folder, averaged ?? network);
      },
      explain: (error, folder) => explainFailure(error, { dataset, config, state, memory, folder, retry }),
      [Symbol.asyncDispose]: () => resources[Symbol.asyncDispose](),
    };
  } catch (error) {
    await resources[Symbol.asyncDispose]();
    throw error;
  }
}

// biome-ignore lint/correctness/useYield: an empty training
async function* computing(compute: () => Promise<void>): AsyncGenerator<LoopEvent> {
  await compute();
}
