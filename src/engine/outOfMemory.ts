// How an engine, or Node beside it, says that there is no more memory.

import { reasonOf } from '../core/errors.js';

/** WebAssembly has no more memory. (TensorFlow throws an error of its own, and a system may end the process instead.) */
export class OutOfMemory extends Error {
  override readonly name = 'OutOfMemory';
}

/**
 * TensorFlow's status 8 is RESOURCE_EXHAUSTED, `OOM when allocating tensor with shape[256,27,27,192]`. Node says that it
 * can't make an array, or that a worker thread got no memory.
 */
const signs =
  /Invalid TF_Status: 8\b|OOM when allocating|RESOURCE_EXHAUSTED|Array buffer allocation failed|could not allocate memory|ENOMEM|bad_alloc/;
const codes = ['ERR_WORKER_OUT_OF_MEMORY', 'ERR_MEMORY_ALLOCATION_FAILED', 'ENOMEM'];

export function isOutOfMemory(error: unknown): boolean {
  if (error instanceof OutOfMemory) return true;
  return codes.includes((error as NodeJS.ErrnoException)?.code ?? '') || signs.test(reasonOf(error));
}

/** The tensor that there was no room for, in TensorFlow's words or in ours; undefined where that is not said. */
export function tensorWithoutRoom(error: unknown): string | undefined {
  const message = reasonOf(error);
  const [, shape, type] =
    /OOM when allocating tensor with shape\[([\d,]*)\] and type (\w+)/.exec(message) ?? [];
  if (shape !== undefined) return `a tensor [${shape.replaceAll(',', ', ')}] of ${type}`;
  return error instanceof OutOfMemory ? message : undefined;
}
