// The training loop. It knows batches, losses and events; no files, no screen, and of the network only that it has
// layers. Whoever consumes the generator decides what to do with an event before the loop goes on.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Engine } from '../engine/engine.js';
import { dataError } from '../errors.js';
import type { Network } from '../model/network.js';
import { type BatchSource, isEvent } from './batchSource.js';
import { type BestEpoch, isBetter } from './best.js';
import { scoreNetwork } from './evaluateNetwork.js';
import type { EpochEvent, LoopEvent } from './events.js';
import { createOptimizer, type Optimizer, type OptimizerOptions } from './optimizer.js';
import type { EpochDraws, Randomness } from './randomness.js';
import { learningRateAt, type ScheduleOptions } from './schedule.js';
import { trainStep } from './trainStep.js';

export interface FineTuneOptions extends OptimizerOptions, ScheduleOptions {
  readonly epochs: number;
  readonly batchSize: number;
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
  /** Which samples are drawn, and what else is random. */
  readonly randomness: Randomness;
  readonly options: FineTuneOptions;
  /** Ends the training after the step that is being computed. */
  readonly signal?: AbortSignal | undefined;
}

/** Trains the network in place. Ends early, without an `epoch` event, when the signal is given. */
export async function* fineTune(task: FineTuneTask): AsyncGenerator<LoopEvent> {
  const { engine, network, first, options, signal } = task;
  const trained = new Map(network.parametersFrom(first).map((name) => [name, network.parameters.get(name)!]));
  const optimizer = createOptimizer(engine, trained, options);
  const progress: Progress = { step: 0 };
  let best: BestEpoch | undefined;
  let lowestLoss = Number.POSITIVE_INFINITY;
  let epochsSinceLowest = 0;
  try {
    for (let epoch = 1; epoch <= options.epochs && !signal?.aborted; epoch++) {
      const start = performance.now();
      const draws = task.randomness.epoch(epoch);
      const { loss, accuracy } = yield* trainEpoch(task, optimizer, { epoch, draws, progress });
      if (signal?.aborted) return;

      const result: EpochEvent = { event: 'epoch', epoch, loss, accuracy, seconds: 0, best: false };
      if (draws.validation.length > 0) {
        const score = yield* scoreNetwork(
          network,
          task.source,
          draws.validation,
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
  optimizer: Optimizer,
  { epoch, draws, progress }: { epoch: number; draws: EpochDraws; progress: Progress },
): AsyncGenerator<LoopEvent, { loss: number; accuracy: number }> {
  const { network, first, source, labels, randomness, options, signal } = task;
  const stepsPerEpoch = Math.ceil(draws.train.length / options.batchSize);
  let images = 0;
  let loss = 0;
  let correct = 0;
  for await (const item of source.batches(draws.train, options.batchSize)) {
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
        dropout: randomness.dropout(progress.step),
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

const noneReadable = (side: string) =>
  dataError(`None of the ${side} pictures can be read.`, 'See the files named above: are they pictures?');
