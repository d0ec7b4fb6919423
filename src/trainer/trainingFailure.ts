// Explains failures of a training that the user can act on.

import { printable, UserError } from '../core/errors.js';
import type { TrainingSet } from '../data/dataset/dataset.js';
import type { TrainConfig } from '../training/config.js';
import { LossNotFinite } from '../training/lossNotFinite.js';
import type { MemoryTask } from '../training/memoryNeed.js';
import type { TrainingState } from '../training/trainingState.js';
import { trainingOutOfMemory } from './memoryFailure.js';

const mostNamed = 5;

/** Gives the command line of a training with batches of this size, from the best model where an epoch is complete. */
export type Retry = (batchSize: number, progress: { begun: boolean; epochs: number }) => Promise<string>;

export interface FailedTraining {
  readonly dataset: TrainingSet;
  readonly config: TrainConfig;
  /** Of the run. */
  readonly folder: string;
  readonly retry: Retry;
  readonly state: TrainingState;
  readonly memory: MemoryTask;
}

/** `error`, or a UserError instead where the user can act on it. */
export async function explainFailure(
  error: unknown,
  { dataset, config, folder, state, memory, retry }: FailedTraining,
): Promise<unknown> {
  const steps = Math.ceil(dataset.train.length / config.batchSize);
  const again = (batchSize: number) => retry(batchSize, { begun: true, epochs: state.epoch - 1 });
  const outOfMemory = await trainingOutOfMemory(error, { task: memory, state, steps, retry: again });
  if (outOfMemory) return outOfMemory;
  if (!(error instanceof LossNotFinite)) return error;
  const { loss, step, epoch, learningRate, samples } = error;
  const files = (samples ?? []).slice(0, mostNamed).map((sample) => printable(dataset.names[sample]!));
  const more = samples && samples.length > mostNamed ? ` and ${samples.length - mostNamed} more` : '';
  const what = samples ? 'loss of' : 'validation loss after';
  const images = samples ? ` The images of that step: ${files.join(', ')}${more}.` : '';
  const models = epoch > 1 ? ` The best model so far is in '${printable(folder)}'.` : '';
  const clip = config.clipNorm === undefined ? ', or clip the gradients with --clip-norm 1' : '';
  return new UserError(
    `The ${what} step ${step} (epoch ${epoch}) is ${loss}, at a learning rate of ${learningRate}: the training ends ` +
      `here.${images}${models}`,
    { hint: `Use a smaller learning rate, such as --lr ${config.lr / 10}${clip}.`, cause: error },
  );
}
