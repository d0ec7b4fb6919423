// What a person is told when memory ran out after all.

import { UserError } from '../core/errors.js';
import { gigabytes } from '../core/formatting.js';
import { isOutOfMemory, tensorWithoutRoom } from '../engine/outOfMemory.js';
import { type MemoryTask, memoryNeed } from '../training/memoryNeed.js';
import type { TrainingState } from '../training/trainingState.js';
import { fittingBatch, type Look, type Memory, machineMemory, noBatch } from './memoryCheck.js';
import { type FailedRun, trainAgain } from './retryCommand.js';

/** A UserError in place of `error`, with the command line that would fit; undefined where it is another failure. */
export async function trainingOutOfMemory(
  error: unknown,
  { task, state, steps, run }: { task: MemoryTask; state: TrainingState; steps: number; run: FailedRun },
): Promise<UserError | undefined> {
  if (!isOutOfMemory(error)) return undefined;
  const { epoch, batches } = state;
  const where =
    batches < steps
      ? `step ${(epoch - 1) * steps + batches + 1} (epoch ${epoch})`
      : `the validation of epoch ${epoch}`;
  const fitting = fittingBatch(task, mineToo(machineMemory()));
  return new UserError(`Memory ran out in ${where}. ${figures(error, task)}`, {
    hint: fitting === undefined ? noBatch : await trainAgain(run, fitting),
    cause: error,
  });
}

/** The same of a look at images; other errors go through. */
export function lookOutOfMemory(error: unknown, look: Look & { wasm: boolean }): unknown {
  if (!isOutOfMemory(error)) return error;
  const fitting = fittingBatch(look, mineToo(machineMemory()));
  return new UserError(`Memory ran out. ${figures(error, look)}`, {
    hint: fitting === undefined ? noBatch : `Take smaller batches: --batch-size ${fitting}`,
    cause: error,
  });
}

function figures(error: unknown, task: MemoryTask): string {
  const tensor = tensorWithoutRoom(error);
  const { total, available } = machineMemory();
  return (
    `${tensor ? `There was no room for ${tensor}. ` : ''}Batches of ${task.batchSize} take about ` +
    `${gigabytes(memoryNeed(task).process)}; ${gigabytes(available)} of ${gigabytes(total)} are free now.`
  );
}

/** What this process holds will be another's to have. */
const mineToo = ({ total, available }: Memory): Memory => ({
  total,
  available: Math.min(total, available + process.memoryUsage.rss()),
});
