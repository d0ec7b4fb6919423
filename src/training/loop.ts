// The training loop. It knows batches, losses and events, but no files and no screen. It is a generator: the consumer
// handles each event before the loop continues, and network, optimizer and state are as they are after that event.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { dataError } from '../core/errors.js';
import { chunksOf } from '../data/sampler.js';
import { type Batch, isEvent } from './batchSource.js';
import { isBetter } from './best.js';
import { mostProbable, scoreNetwork } from './evaluateNetwork.js';
import type { EpochEvent, LoopEvent, StepEvent } from './events.js';
import type { LoopOptions, LoopTask } from './loopTask.js';
import { LossNotFinite } from './lossNotFinite.js';
import { afterEpoch } from './optimization/plateau.js';
import { trainStep } from './optimization/trainStep.js';
import type { EpochSamples } from './randomness.js';
import { nextEpoch, type TrainingState } from './trainingState.js';

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
  const { options, state, signal, mixup } = task;
  const source = mixup?.images ?? task.source;
  const { batchSize } = options;
  const { batches: done } = state;
  const steps = stepsPerEpoch(task, samples);
  const left = chunksOf(samples.train.slice(done * batchSize), batchSize);
  let running: (() => StepEvent) | undefined;
  async function* endStep(): AsyncGenerator<StepEvent> {
    const end = running;
    running = undefined;
    if (end) yield end();
    await nextTurn(); // the engine blocks this thread: let signals, timers and the screen run
  }
  try {
    for await (const item of source.batches(left)) {
      yield* endStep(); // of the batch before, where steps overlap
      if (signal?.aborted) break;
      if (isEvent(item)) yield item;
      else running = beginStep(task, source.layer, item, done + item.index, steps);
      if (!task.overlaps) yield* endStep();
      if (signal?.aborted) break;
    }
  } finally {
    yield* endStep();
  }
  if (state.images === 0 && !signal?.aborted) throw noneReadable('training');
}

/**
 * Issues the step of a batch, `position` in an epoch of `steps`. The returned function waits for its loss and counts
 * the step.
 */
function beginStep(
  task: LoopTask,
  layer: number,
  batch: Batch,
  position: number,
  steps: number,
): () => StepEvent {
  const { network, optimizer, first, labels, randomness, options, state, mixup } = task;
  const { samples, inputs, share } = batch;
  const { epoch } = state;
  // Steps are numbered by their position: a batch without a readable image does not shift the others.
  const step = (epoch - 1) * steps + position;
  const learningRate = task.learningRate(step, steps) * (state.plateau?.scale ?? 1);
  const running = trainStep({
    network,
    optimizer,
    learningRate,
    inputs,
    labels: Int32Array.from(samples, ({ index }) => labels[index]!),
    share,
    layer,
    first,
    dropout: randomness.dropout(step),
    clipNorm: options.clipNorm,
    classWeights: task.classWeights,
    labelSmoothing: options.labelSmoothing,
    mix: mixup?.share(step),
  });
  return () => {
    const { loss, correct } = running.result();
    if (!Number.isFinite(loss)) {
      const indices = samples.map(({ index }) => index);
      throw new LossNotFinite(loss, step + 1, epoch, learningRate, indices);
    }
    state.batches = position + 1;
    state.images += samples.length;
    state.loss += loss * samples.length;
    state.correct += correct;
    return { event: 'step', epoch, step: step + 1, loss };
  };
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
