// Whether there is memory for what a command is about to do. Where there is not, the system may end the process without a
// word, so it is said before.

import type { CommandContext } from '../core/context.js';
import { UserError } from '../core/errors.js';
import { bytesOfSize, gigabytes } from '../core/formatting.js';
import type { Engine } from '../engine/engine.js';
import { availableMemory, swapSpace, totalMemory } from '../engine/machineMemory.js';
import { wasmMemory } from '../engine/wasmHeap.js';
import { alexNet, firstTrainable, type Widths } from '../model/alexnet.js';
import type { ResolvedTrainOptions } from '../options/trainOptions.js';
import { memoryForRows } from '../training/features/featureRows.js';
import { featureLayer } from '../training/features/featureSource.js';
import { largestBatch, type MemoryTask, memoryNeed } from '../training/memoryNeed.js';
import { type FailedRun, trainAgain } from './retryCommand.js';

/** The estimate may be too high by this share: only what is beyond it is refused. */
const estimateError = 0.15;

export interface Memory {
  /** Bytes: all there is, swap included, and what is to be had now. */
  readonly total: number;
  readonly available: number;
}

export const machineMemory = (): Memory => ({
  total: totalMemory() + swapSpace(),
  available: availableMemory(),
});

/** What a training on this engine would take, to ask memoryNeed. */
export function trainingMemory(
  engine: Engine,
  { classes, images, widths }: { classes: number; images: number; widths: Widths },
  options: ResolvedTrainOptions,
): MemoryTask {
  const layers = alexNet({ classes, widths });
  const first = firstTrainable(layers, options.trainable)!;
  // What has no room in the cache goes to memory, too, but then as much as is spoken of here is seldom needed.
  const inMemory = options.cacheLimit !== undefined && bytesOfSize(options.cacheLimit) === 0;
  const training = {
    first,
    keptAt: featureLayer(layers, first),
    keptLimit: inMemory ? memoryForRows() : 0,
    optimizer: options,
  };
  return { layers, batchSize: options.batchSize, images, wasm: engine.device === 'wasm', training };
}

/**
 * Says so where a training needs more memory than is to be had, and throws a UserError, with the command line of one
 * that would fit, where it needs more than there is.
 */
export async function requireMemoryForTraining(
  task: MemoryTask,
  run: FailedRun,
  { onMessage }: CommandContext,
  memory: Memory = machineMemory(),
): Promise<void> {
  const lack = lackOf(task, memory);
  if (!lack) return;
  const fitting = fittingBatch(task, memory);
  if (!lack.impossible) {
    const advice = fitting === undefined ? '' : ` Batches of ${fitting} would fit (--batch-size ${fitting}).`;
    onMessage(`This training takes ${lack.words}: the system may end it.${advice}`);
    return;
  }
  throw new UserError(`There is not enough memory for this training: it takes ${lack.words}.`, {
    hint: fitting === undefined ? noBatch : await trainAgain(run, fitting),
  });
}

/** A pass over images without learning. */
export type Look = Pick<MemoryTask, 'layers' | 'batchSize' | 'images'>;

/** The same for a look at images with a model. */
export function requireMemoryForLook(
  engine: Engine,
  look: Look,
  { onMessage }: CommandContext,
  memory: Memory = machineMemory(),
): void {
  const task = { ...look, wasm: engine.device === 'wasm' };
  const lack = lackOf(task, memory);
  if (!lack) return;
  const fitting = fittingBatch(task, memory);
  const hint = fitting === undefined ? noBatch : `Batches of ${fitting} would fit: --batch-size ${fitting}`;
  if (!lack.impossible) {
    onMessage(`This takes ${lack.words}: the system may end it. ${hint}`);
    return;
  }
  throw new UserError(`There is not enough memory: this takes ${lack.words}.`, { hint });
}

export const noBatch =
  'No batch size would fit. End other programs, give the container more memory, or train fewer layers (--trainable).';

/** The largest batch, smaller than the task's, that the memory to be had is enough for. */
export const fittingBatch = (task: MemoryTask, memory: Memory): number | undefined =>
  largestBatch(Math.min(task.batchSize, task.images), (batchSize) => !lackOf({ ...task, batchSize }, memory));

function lackOf(task: MemoryTask, memory: Memory): { words: string; impossible: boolean } | undefined {
  const need = memoryNeed(task);
  const least = (bytes: number) => bytes * (1 - estimateError);
  if (task.wasm && need.tensors > wasmMemory) {
    const impossible = least(need.tensors) > wasmMemory;
    return {
      words: `about ${gigabytes(need.tensors)}, and WebAssembly has ${gigabytes(wasmMemory)}`,
      impossible,
    };
  }
  if (need.process > memory.total) {
    const impossible = least(need.process) > memory.total;
    return {
      words: `about ${gigabytes(need.process)}, and there are ${gigabytes(memory.total)} in all`,
      impossible,
    };
  }
  if (need.process <= memory.available) return undefined;
  return {
    words: `about ${gigabytes(need.process)}, and ${gigabytes(memory.available)} are to be had now`,
    impossible: false,
  };
}
