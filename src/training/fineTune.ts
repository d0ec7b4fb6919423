// The training loop. It knows batches, losses and events; no files, no screen, and of the network only that it has
// layers. Whoever consumes the generator decides what to do with an event before the loop goes on: whenever an event is
// given out, network, optimizer and state are as they are after what it tells of.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { dataError } from '../core/errors.js';
import type { Network } from '../model/network.js';
import { type BatchSource, isEvent } from './batchSource.js';
import { isBetter } from './best.js';
import { type Prediction, scoreNetwork } from './evaluateNetwork.js';
import type { EpochEvent, LoopEvent } from './events.js';
import { LossNotFinite } from './lossNotFinite.js';
import type { Optimizer } from './optimizer.js';
import type { EpochSamples, Randomness } from './randomness.js';
import { learningRateAt, type ScheduleOptions } from './schedule.js';
import { nextEpoch, type TrainingState } from './trainingState.js';
import { trainStep } from './trainStep.js';

export interface FineTuneOptions extends ScheduleOptions {
  readonly epochs: number;
  readonly batchSize: number;
  /** Epochs without a lower validation loss after which to stop; 0: never. */
  readonly earlyStop: number;
  /** The largest norm that all gradients may have together; undefined: any. */
  readonly clipNorm: number | undefined;
}

export interface FineTuneTask {
  readonly network: Network;
  /** The index of the first layer that is trained. */
  readonly first: number;
  readonly optimizer: Optimizer;
  readonly source: BatchSource;
  /** The class of every image. */
  readonly labels: readonly number[];
  /** How much an image counts in the training's loss, by its class; undefined: all alike. */
  readonly classWeights?: Float32Array | undefined;
  /** Order, transforms and dropout. */
  readonly randomness: Randomness;
  readonly options: FineTuneOptions;
  /** Where to begin; kept up to date. */
  readonly state: TrainingState;
  /** Hears how many of the validation images were looked at. */
  readonly onValidation?: ((done: number, total: number) => void) | undefined;
  /** Hears what the network says of each of them, epoch by epoch. */
  readonly onPrediction?: ((prediction: Prediction) => void) | undefined;
  /** Ends the training after the step that is being computed. */
  readonly signal?: AbortSignal | undefined;
}

/** Trains the network in place. Ends early, without an `epoch` event, when the signal is given. */
export async function* fineTune(task: FineTuneTask): AsyncGenerator<LoopEvent> {
  const { options, state, signal } = task;
  // Of a run that goes on, it may be its end that was missing.
  while (state.epoch <= options.epochs && isPatient(state, options) && !signal?.aborted) {
    const start = performance.now();
    const samples = task.randomness.epoch(state.epoch);
    yield* trainEpoch(task, samples);
    if (signal?.aborted) return;

    const { epoch, images } = state;
    const figures = { loss: state.loss / images, accuracy: state.correct / images };
    const result: EpochEvent = { event: 'epoch', epoch, ...figures, seconds: 0, best: false };
    if (samples.validation.length > 0) {
      const { network, source, labels, onValidation, onPrediction } = task;
      const { batchSize } = options;
      const looks = { batchSize, signal, onLooked: onValidation, onPrediction };
      const score = yield* scoreNetwork(network, source, samples.validation, labels, looks);
      if (signal?.aborted) return;
      if (score.images === 0) throw noneReadable('validation');
      if (!Number.isFinite(score.loss)) {
        const steps = stepsPerEpoch(task, samples);
        const step = epoch * steps;
        throw new LossNotFinite(score.loss, step, epoch, learningRateAt(step - 1, steps, options));
      }
      result.valLoss = score.loss;
      result.valAccuracy = score.accuracy;
    }
    result.seconds = (performance.now() - start) / 1000;
    judge(state, result);
    nextEpoch(state);
    yield result;
  }
}

const stepsPerEpoch = ({ options }: FineTuneTask, { train }: EpochSamples): number =>
  Math.ceil(train.length / options.batchSize);

/** Whether the validation loss fell lately. */
const isPatient = (state: TrainingState, { earlyStop }: FineTuneOptions): boolean =>
  earlyStop === 0 || state.epochsSinceLowest < earlyStop;

/** Notes how good an epoch was. */
function judge(state: TrainingState, result: EpochEvent): void {
  result.best = isBetter(result, state.best);
  if (result.best) {
    const { epoch, valAccuracy, valLoss } = result;
    state.best = { epoch, ...(valAccuracy !== undefined && { valAccuracy, valLoss: valLoss! }) };
  }
  const loss = result.valLoss ?? result.loss;
  const lower = loss < (state.lowestLoss ?? Number.POSITIVE_INFINITY);
  state.epochsSinceLowest = lower ? 0 : state.epochsSinceLowest + 1;
  if (lower) state.lowestLoss = loss;
}

/** The batches of the epoch that are not done yet. */
async function* trainEpoch(task: FineTuneTask, samples: EpochSamples): AsyncGenerator<LoopEvent> {
  const { network, optimizer, first, source, labels, randomness, options, state, signal } = task;
  const { epoch, batches: done } = state;
  const { batchSize } = options;
  const steps = stepsPerEpoch(task, samples);
  for await (const item of source.batches(samples.train.slice(done * batchSize), batchSize)) {
    if (isEvent(item)) {
      yield item;
    } else {
      // Steps are counted by their place: a batch of which nothing can be read leaves the others' as they are.
      const step = (epoch - 1) * steps + done + item.index;
      const learningRate = learningRateAt(step, steps, options);
      const result = trainStep({
        network,
        optimizer,
        learningRate,
        inputs: item.inputs,
        labels: Int32Array.from(item.samples, ({ index }) => labels[index]!),
        layer: source.layer,
        first,
        dropout: randomness.dropout(step),
        maxNorm: options.clipNorm,
        classWeights: task.classWeights,
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
    // The engine's work blocks this thread: let signals, timers and the screen have their turn.
    await nextTurn();
    if (signal?.aborted) break;
  }
  if (state.images === 0 && !signal?.aborted) throw noneReadable('training');
}

const noneReadable = (side: string) =>
  dataError(`None of the ${side} images can be read.`, 'See the files named above: are they images?');
