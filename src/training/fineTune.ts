// The training loop. It knows batches, losses and events; no files, no screen, and of the network only that it has
// layers. Whoever consumes the generator decides what to do with an event before the loop goes on.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { trainingDraws } from '../data/draws.js';
import type { Engine } from '../engine/engine.js';
import { dataError } from '../errors.js';
import type { Network } from '../model/network.js';
import { deriveSeed } from '../random.js';
import { type BatchSource, isEvent } from './batchSource.js';
import { type BestEpoch, isBetter } from './best.js';
import { scoreNetwork } from './evaluateNetwork.js';
import type { EpochEvent, LoopEvent } from './events.js';
import { createOptimizer, type OptimizerOptions } from './optimizer.js';
import { learningRateAt, type ScheduleOptions } from './schedule.js';
import { trainStep } from './trainStep.js';

export interface FineTuneOptions extends OptimizerOptions, ScheduleOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly augment: 'none' | 'flip';
  readonly seed: number;
  /** Epochs without a lower validation loss after which to stop; 0: never. */
  readonly earlyStop: number;
}

export interface FineTuneTask {
  readonly engine: Engine;
  readonly network: Network;
  /** The index of the first layer that is trained. */
  readonly first: number;
  readonly source: BatchSource;
  /** The class of every sample. */
  readonly labels: readonly number[];
  /** Samples, by index. */
  readonly train: readonly number[];
  readonly validation: readonly number[];
  readonly options: FineTuneOptions;
  /** Ends the training after the step that is being computed. */
  readonly signal?: AbortSignal | undefined;
}

/** Trains the network in place. Ends early, without an `epoch` event, when the signal is given. */
export async function* fineTune(task: FineTuneTask): AsyncGenerator<LoopEvent> {
  const { engine, network, first, options, validation, signal } = task;
  const trained = new Map(network.parametersFrom(first).map((name) => [name, network.parameters.get(name)!]));
  const optimizer = createOptimizer(engine, trained, options);
  const progress: Progress = { step: 0 };
  let best: BestEpoch | undefined;
  let lowestLoss = Number.POSITIVE_INFINITY;
  let epochsSinceLowest = 0;
  try {
    for (let epoch = 1; epoch <= options.epochs && !signal?.aborted; epoch++) {
      const start = performance.now();
      const { loss, accuracy } = yield* trainEpoch(task, optimizer, epoch, progress);
      if (signal?.aborted) return;

      const result: EpochEvent = { event: 'epoch', epoch, loss, accuracy, seconds: 0, best: false };
      if (validation.length > 0) {
        const score = yield* scoreNetwork(
          network,
          task.source,
          validation,
          task.labels,
          options.batchSize,
          signal,
        );
        if (signal?.aborted) return;
        if (score.images === 0) throw noneReadable('validation');
        result.valLoss = score.loss;
        result.valAccuracy = score.accuracy;
      }
      result.seconds = (performance.now() - start) / 1000;
      result.best = isBetter(result, best);
      if (result.best) best = result;
      yield result;

      epochsSinceLowest = (result.valLoss ?? loss) < lowestLoss ? 0 : epochsSinceLowest + 1;
      lowestLoss = Math.min(lowestLoss, result.valLoss ?? loss);
      if (options.earlyStop > 0 && epochsSinceLowest >= options.earlyStop) return;
    }
  } finally {
    optimizer.dispose();
  }
}

interface Progress {
  /** Steps done since the beginning of the training. */
  step: number;
}

async function* trainEpoch(
  task: FineTuneTask,
  optimizer: ReturnType<typeof createOptimizer>,
  epoch: number,
  progress: Progress,
): AsyncGenerator<LoopEvent, { loss: number; accuracy: number }> {
  const { engine, network, first, source, labels, train, options, signal } = task;
  const stepsPerEpoch = Math.ceil(train.length / options.batchSize);
  const dropoutSeed = deriveSeed(options.seed, dropoutStream) | 0;
  let images = 0;
  let loss = 0;
  let correct = 0;
  const draws = trainingDraws(train, { ...options, epoch });
  for await (const item of source.batches(draws, options.batchSize)) {
    if (isEvent(item)) {
      yield item;
    } else {
      const result = trainStep({
        network,
        optimizer,
        learningRate: learningRateAt(progress.step, stepsPerEpoch, options),
        inputs: item.inputs,
        labels: Int32Array.from(item.draws, ({ sample }) => labels[sample]!),
        layer: source.layer,
        first,
        // Every layer of every step has masks of its own, which depend on nothing that ran before.
        dropout: (layer, shape) => engine.uniform(shape, [dropoutSeed, deriveSeed(progress.step, layer) | 0]),
      });
      progress.step += 1;
      images += item.draws.length;
      loss += result.loss * item.draws.length;
      correct += result.correct;
      yield { event: 'step', epoch, step: progress.step, loss: result.loss };
    }
    // The engine's work blocks this thread: let signals, timers and the screen have their turn.
    await nextTurn();
    if (signal?.aborted) break;
  }
  if (images === 0 && !signal?.aborted) throw noneReadable('training');
  return { loss: loss / images, accuracy: correct / images };
}

/** The seed's stream of dropout masks. (data/draws.ts has others; data/split.ts uses 3 with another generator.) */
const dropoutStream = 3;

const noneReadable = (side: string) =>
  dataError(`None of the ${side} pictures can be read.`, 'See the files named above: are they pictures?');
