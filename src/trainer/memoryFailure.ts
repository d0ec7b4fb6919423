// Explains running out of memory.

import { UserError } from '../core/errors.js';
import { gigabytes } from '../core/formatting.js';
import { isOutOfMemory, tensorWithoutRoom } from '../engine/outOfMemory.js';
import { type MemoryTask, memoryNeed } from '../training/memoryNeed.js';
import type { TrainingState } from '../training/trainingState.js';
import { fittingBatch, type InferenceTask, type Memory, machineMemory, noBatch } from './memoryCheck.js';

/** A UserError instead of `error`, with a command line that fits; undefined for other failures. */
export async function trainingOutOfMemory(
  error: unknown,
  {
    task,
    state,
    steps,
    retry,
  }: {
    task: MemoryTask;
    state: TrainingState;
    steps: number;
    retry: (batchSize: number) => Promise<string>;
  },
): Promise<UserError | undefined> {
  if (!isOutOfMemory(error)) return undefined;
  const { epoch, batches } = state;
  const where =
    batches < steps
      ? `step ${(epoch - 1) * steps + batches + 1} (epoch ${epoch})`
      : `the validation of epoch ${epoch}`;
  const fitting = fittingBatch(task, withOwn(machineMemory()));
  return new UserError(`Memory ran out in ${where}. ${figures(error, task)}`, {
    hint: fitting === undefined ? noBatch : await retry(fitting),
    cause: error,
  });
}

/** The same for a pass without training; other errors are returned as they are. */
export function inferenceOutOfMemory(error: unknown, task: InferenceTask & { wasm: boolean }): unknown {
  if (!isOutOfMemory(error)) return error;
  const fitting = fittingBatch(task, withOwn(machineMemory()));
  return new UserError(`Memory ran out. ${figures(error, task)}`, {
    hint:
      fitting === undefined ? noBatch : `Use smaller batches: ${task.batchFlag ?? '--batch-size'} ${fitting}`,
    cause: error,
  });
}

function figures(error: unknown, task: MemoryTask): string {
  const tensor = tensorWithoutRoom(error);
  const { total, available } = machineMemory();
  const need = memoryNeed(task);
  const { gpuMemory } = task;
  const figures =
    gpuMemory === undefined
      ? `${gigabytes(need.process)}; ${gigabytes(available)} of ${gigabytes(total)} are free now.`
      : `${gigabytes(need.tensors)} of the GPU's ${gigabytes(gpuMemory)}.`;
  const lack = tensor ? `There was no memory for ${tensor}. ` : '';
  return `${lack}Batches of ${task.batchSize} take about ${figures}`;
}

/** The memory of this process is free again afterwards. */
const withOwn = ({ total, available }: Memory): Memory => ({
  total,
  available: Math.min(total, available + process.memoryUsage.rss()),
});
