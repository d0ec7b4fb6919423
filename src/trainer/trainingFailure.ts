// What a person is told when a training fails in a way that can be explained.

import { printable, UserError } from '../core/errors.js';
import type { TrainingSet } from '../data/dataset.js';
import type { ResolvedTrainOptions } from '../options/trainOptions.js';
import { LossNotFinite } from '../training/lossNotFinite.js';
import type { MemoryTask } from '../training/memoryNeed.js';
import type { TrainingState } from '../training/trainingState.js';
import { trainingOutOfMemory } from './memoryFailure.js';

const mostNamed = 5;

export interface FailedTraining {
  readonly set: TrainingSet;
  readonly options: ResolvedTrainOptions;
  readonly folder: string;
  readonly state: TrainingState;
  readonly memory: MemoryTask;
}

/** `error`, or where it is one that the user can act on, a UserError in its place. */
export async function explainFailure(
  error: unknown,
  { set, options, folder, state, memory }: FailedTraining,
): Promise<unknown> {
  const run = { options, folder, begun: true, epochs: state.epoch - 1 };
  const steps = Math.ceil(set.train.length / options.batchSize);
  const outOfMemory = await trainingOutOfMemory(error, { task: memory, state, steps, run });
  if (outOfMemory) return outOfMemory;
  if (!(error instanceof LossNotFinite)) return error;
  const { loss, step, epoch, learningRate, samples } = error;
  const files = (samples ?? []).slice(0, mostNamed).map((sample) => printable(set.names[sample]!));
  const more = samples && samples.length > mostNamed ? ` and ${samples.length - mostNamed} more` : '';
  const what = samples ? 'loss of' : 'validation loss after';
  const images = samples ? ` The images of that step: ${files.join(', ')}${more}.` : '';
  const models = epoch > 1 ? ` The models of the epochs before are kept in '${printable(folder)}'.` : '';
  const clip = options.clipNorm === undefined ? ', or hold the gradients with --clip-norm 1' : '';
  return new UserError(
    `The ${what} step ${step} (epoch ${epoch}) is ${loss}, at a learning rate of ${learningRate}: the training ends ` +
      `here.${images}${models}`,
    { hint: `Take a smaller learning rate, such as --lr ${options.lr / 10}${clip}.`, cause: error },
  );
}
