// The training loop. It knows batches, losses and events, but no files and no screen. It is a generator: the consumer
// handles each event before the loop continues, and network, optimizer and state are as they are after that event.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { dataError } from '../core/errors.js';
import { chunksOf } from '../data/sampler.js';
import type { Network } from '../model/network.js';
import { type BatchSource, isEvent } from './batchSource.js';
import { isBetter } from './best.js';
import type { BestPredictions } from './bestPredictions.js';
import { mostProbable, scoreNetwork } from './evaluateNetwork.js';
import type { EpochEvent, LoopEvent } from './events.js';
import { LossNotFinite } from './lossNotFinite.js';
import type { Optimizer } from './optimization/optimizer.js';
import { afterEpoch, type PlateauOptions } from './optimization/plateau.js';
import { trainStep } from './optimization/trainStep.js';
import type { EpochSamples, Randomness } from './randomness.js';
import { nextEpoch, type TrainingState } from './trainingState.js';

export interface LoopOptions {
  readonly epochs: number;
  readonly batchSize: number;
  /** Epochs without a lower validation loss after which to stop; 0: never. */
  readonly earlyStop: number;
  /** The largest total norm of a step's gradients. */
  readonly clipNorm?: number | undefined;
  readonly labelSmoothing?: number | undefined;
  /** Reduces the learning rate where the validation loss does not fall. */
  readonly plateau?: PlateauOptions | undefined;
}

export interface LoopTask {
  readonly network: Network;
  /** The network that is validated instead, with averages of the parameters. */
  readonly averaged?: Network | undefined;
  /** The index of the first trained layer. */
  readonly first: number;
  readonly optimizer: Optimizer;
  readonly source: BatchSource;
  /** Mixes the images of each batch, which come from `images`. */
  readonly mixup?: { readonly images: BatchSource; readonly share: (step: number) => number } | undefined;
  /** The class of every image. */
  readonly labels: readonly number[];
  /** The weight of each class in the training loss. Default: all 1. */
  readonly classWeights?: Float32Array | undefined;
  /** Order, transforms and dropout. */
  readonly randomness: Randomness;
  /** The learning rate of a step, counted from 0 over all epochs. */
  readonly learningRate: (step: number, stepsPerEpoch: number) => number;
  readonly options: LoopOptions;
  /** Where to begin; updated in place. */
  readonly state: TrainingState;
  /** Collects the predictions for the validation images. */
  readonly predictions?: BestPredictions | undefined;
  readonly onProgress?: ((label: string, done: number, total: number, unit: 'images') => void) | undefined;
  /** Ends the training after the current step. */
  readonly signal?: AbortSignal | undefined;
}

/** Trains the network in place. An aborted training ends without an `epoch` event. */
export async function* trainLoop(task: LoopTask): AsyncGenerator<LoopEvent> {
  const { options, state, signal, predictions } = task;
  // A resumed training may have no epoch left.
  while (state.epoch <= options.epochs && isPatient(state, options) && !signal?.aborted) {
    const start = performance.now();
    const samples = task.randomness.epoch(state.epoch);
    yield* trainEpoch(task, samples);
    if (signal?.aborted) return;

    const { epoch, images } = state;
    const figures = { loss: state.loss / images, accuracy: state.correct / images };
    const result: EpochEvent = { event: 'epoch', epoch, ...figures, seconds: 0, best: false };
    if (samples.validation.length > 0) {
      yield* validate(task, samples, result);
      if (signal?.aborted) return;
    }
    result.seconds = (performance.now() - start) / 1000;
    updateBest(state, result, options);
    predictions?.endEpoch(result);
    nextEpoch(state);
    yield result;
  }
}

const stepsPerEpoch = ({ options }: LoopTask, { train }: EpochSamples): number =>
  Math.ceil(train.length / options.batchSize);

/** Whether the validation loss fell within the last `earlyStop` epochs. */
const isPatient = (state: TrainingState, { earlyStop }: LoopOptions): boolean =>
  earlyStop === 0 || state.epochsSinceLowest < earlyStop;

function updateBest(state: TrainingState, result: EpochEvent, options: LoopOptions): void {
  result.best = isBetter(result, state.best);
  if (result.best) {
    const { epoch, valAccuracy, valLoss } = result;
    state.best = { epoch, ...(valAccuracy !== undefined && { valAccuracy, valLoss: valLoss! }) };
  }
  const loss = result.valLoss ?? result.loss;
  const lower = loss < (state.lowestLoss ?? Number.POSITIVE_INFINITY);
  state.epochsSinceLowest = lower ? 0 : state.epochsSinceLowest + 1;
  if (lower) state.lowestLoss = loss;
  if (options.plateau) state.plateau = afterEpoch(state.plateau, loss, options.plateau);
}

/** Trains on the batches of the epoch that are left. */
async function* trainEpoch(task: LoopTask, samples: EpochSamples): AsyncGenerator<LoopEvent> {
  const { network, optimizer, first, labels, randomness, options, state, signal, mixup } = task;
  const source = mixup?.images ?? task.source;
  const { epoch, batches: done } = state;
  const { batchSize } = options;
  const steps = stepsPerEpoch(task, samples);
  const left = chunksOf(samples.train.slice(done * batchSize), batchSize);
  for await (const item of source.batches(left)) {
    if (isEvent(item)) {
      yield item;
    } else {
      // Steps are numbered by their position: a batch without a readable image does not shift the others.
      const step = (epoch - 1) * steps + done + item.index;
      const learningRate = task.learningRate(step, steps) * (state.plateau?.scale ?? 1);
      const result = trainStep({
        network,
        optimizer,
        learningRate,
        inputs: item.inputs,
        labels: Int32Array.from(item.samples, ({ index }) => labels[index]!),
        share: item.share,
        layer: source.layer,
        first,
        dropout: randomness.dropout(step),
        clipNorm: options.clipNorm,
        classWeights: task.classWeights,
        labelSmoothing: options.labelSmoothing,
        mix: mixup?.share(step),
      });
      if (!Number.isFinite(result.loss)) {
        const indices = item.samples.map(({ index }) => index);
        throw new LossNotFinite(result.loss, step + 1, epoch, learningRate, indices);
      }
      state.batches = done + item.index + 1;
      state.images += item.samples.length;
      state.loss += result.loss * item.samples.length;
      state.correct += result.correct;
      yield { event: 'step', epoch, step: step + 1, loss: result.loss };
    }
    await nextTurn(); // the engine blocks this thread: let signals, timers and the screen run
    if (signal?.aborted) break;
  }
  if (state.images === 0 && !signal?.aborted) throw noneReadable('training');
}

/** Adds the validation's loss and accuracy to `result`. */
async function* validate(
  task: LoopTask,
  samples: EpochSamples,
  result: EpochEvent,
): AsyncGenerator<LoopEvent> {
  const { network, averaged = network, source, labels, options, signal, predictions, onProgress } = task;
  const predicted = new Set<number>();
  const score = yield* scoreNetwork(averaged, source, samples.validation, labels, {
    batchSize: options.batchSize,
    signal,
    onPrediction: (prediction, done, total) => {
      predictions?.add(prediction);
      predicted.add(mostProbable(prediction.probabilities));
      onProgress?.('Validation', done, total, 'images');
    },
  });
  if (signal?.aborted) return;
  if (score.images === 0) throw noneReadable('validation');
  if (!Number.isFinite(score.loss)) {
    const steps = stepsPerEpoch(task, samples);
    const step = result.epoch * steps;
    throw new LossNotFinite(score.loss, step, result.epoch, task.learningRate(step - 1, steps));
  }
  result.valLoss = score.loss;
  result.valAccuracy = score.accuracy;
  result.predicted = predicted.size;
}

const noneReadable = (side: string) =>
  dataError(`None of the ${side} images can be read.`, 'See the files named above: are they images?');
