// Whether a command has enough memory. The system kills a process that has not, without a word, so it is checked
// before.

import type { Context } from '../core/context.js';
import { UserError } from '../core/errors.js';
import { bytesOfSize, gigabytes } from '../core/formatting.js';
import { transformCount } from '../data/augmentation/transform.js';
import type { Engine } from '../engine/engine.js';
import type { GroupMember } from '../engine/group/group.js';
import { availableMemory, swapSpace, totalMemory } from '../engine/machineMemory.js';
import { wasmMemory } from '../engine/wasmHeap.js';
import { alexNet, firstTrainable, type Widths } from '../model/alexnet.js';
import type { TrainConfig } from '../training/config.js';
import { memoryForRows } from '../training/features/featureRows.js';
import { featureLayer } from '../training/features/featureSource.js';
import { largestBatch, type MemoryTask, memoryNeed } from '../training/memoryNeed.js';
import { dividesSteps } from '../training/share.js';

/** The estimate may be too high by this share: only needs beyond it are refused. */
const estimateError = 0.25;

export interface Memory {
  /** In bytes: all memory with swap, and what is available now. */
  readonly total: number;
  readonly available: number;
  /** Ranks that share it. Default: 1. */
  readonly processes?: number | undefined;
}

export const machineMemory = (processes = 1): Memory => ({
  total: (totalMemory() + swapSpace()) / processes,
  available: availableMemory() / processes,
  processes,
});

interface MeasuredTraining {
  readonly dataset: { readonly classes: readonly string[]; readonly paths: readonly string[] };
  readonly config: TrainConfig;
  readonly widths: Widths;
  readonly member?: GroupMember | undefined;
}

/** The input of memoryNeed for a training. */
export function trainingMemory(
  engine: Engine,
  { dataset, config, widths, member }: MeasuredTraining,
): MemoryTask {
  const layers = alexNet({ classes: dataset.classes.length, widths });
  const first = firstTrainable(layers, config.trainable)!;
  const inMemory = config.cacheLimit !== undefined && bytesOfSize(config.cacheLimit) === 0;
  const training = {
    first,
    cachedAt: featureLayer(layers, first),
    cachedLimit: inMemory ? memoryForRows(member?.localSize) : 0,
    rowsPerImage: transformCount(config),
    mixed: config.mixup !== undefined,
    optimizer: config,
  };
  const { batchSize } = config;
  const ranks = dividesSteps(layers, first) ? member?.addresses.length : undefined;
  return { layers, batchSize, ranks, images: dataset.paths.length, ...placeOfTensors(engine), training };
}

/** Where a task's tensors are. */
export const placeOfTensors = ({ device, gpu }: Engine) => ({
  wasm: device === 'wasm',
  gpuMemory: gpu?.memory,
});

/**
 * Warns where a training needs more memory than is available, and throws a UserError with the command line of one that
 * fits (from `retry`) where it needs more than the machine has.
 */
export async function requireMemoryForTraining(
  task: MemoryTask,
  retry: (batchSize: number) => Promise<string>,
  { onMessage }: Context,
  memory: Memory = machineMemory(),
): Promise<void> {
  const lack = lackOf(task, memory);
  if (!lack) return;
  const fitting = fittingBatch(task, memory);
  if (!lack.impossible) {
    const advice = fitting === undefined ? '' : ` Batches of ${fitting} would fit (--batch-size ${fitting}).`;
    onMessage(`This training takes ${lack.words}: the system may kill it.${advice}`);
    return;
  }
  throw new UserError(`There is not enough memory for this training: it takes ${lack.words}.`, {
    hint: fitting === undefined ? noBatch : await retry(fitting),
  });
}

/** A pass over images without training. */
export interface InferenceTask extends Pick<MemoryTask, 'layers' | 'batchSize' | 'images'> {
  /** The option that sets the batch size. Default: --batch-size. */
  readonly batchFlag?: string | undefined;
}

/** The same for a pass without training. */
export function requireMemoryForInference(
  engine: Engine,
  inference: InferenceTask,
  { onMessage }: Context,
  memory: Memory = machineMemory(),
): void {
  const task = { ...inference, ...placeOfTensors(engine) };
  const flag = inference.batchFlag ?? '--batch-size';
  const lack = lackOf(task, memory);
  if (!lack) return;
  const fitting = fittingBatch(task, memory);
  const hint = fitting === undefined ? noBatch : `Batches of ${fitting} would fit: ${flag} ${fitting}`;
  if (!lack.impossible) {
    onMessage(`This takes ${lack.words}: the system may kill it. ${hint}`);
    return;
  }
  throw new UserError(`There is not enough memory: this takes ${lack.words}.`, { hint });
}

export const noBatch =
  'No batch size would fit. End other programs, give the container more memory, or train fewer layers (--trainable).';

/** The largest batch, smaller than the task's, that fits into the memory. */
export const fittingBatch = (task: MemoryTask, memory: Memory): number | undefined =>
  largestBatch(Math.min(task.batchSize, task.images), (batchSize) => !lackOf({ ...task, batchSize }, memory));

function lackOf(task: MemoryTask, memory: Memory): { words: string; impossible: boolean } | undefined {
  const need = memoryNeed(task);
  const least = (bytes: number) => bytes * (1 - estimateError);
  const each = (memory.processes ?? 1) > 1 ? ' for each rank' : '';
  const [engine, room] = task.wasm ? ['WebAssembly', wasmMemory] : ['the GPU', task.gpuMemory ?? Infinity];
  if (need.tensors > room) {
    const impossible = least(need.tensors) > room;
    return { words: `about ${gigabytes(need.tensors)}, and ${engine} has ${gigabytes(room)}`, impossible };
  }
  if (need.process > memory.total) {
    const impossible = least(need.process) > memory.total;
    return {
      words: `about ${gigabytes(need.process)}, and there are ${gigabytes(memory.total)} in all${each}`,
      impossible,
    };
  }
  if (need.process <= memory.available) return undefined;
  return {
    words: `about ${gigabytes(need.process)}, and ${gigabytes(memory.available)} are available now${each}`,
    impossible: false,
  };
}
