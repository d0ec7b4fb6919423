// Recognizes out-of-memory errors of the engines and of Node.

import { reasonOf } from '../core/errors.js';

/** The WebAssembly engine is out of memory. TensorFlow throws its own error; the system may also kill the process. */
export class OutOfMemory extends Error {
  override readonly name = 'OutOfMemory';
}

/** TensorFlow's (status 8 is RESOURCE_EXHAUSTED) and Node's messages. */
const messages =
  /Invalid TF_Status: 8\b|OOM when allocating|RESOURCE_EXHAUSTED|Array buffer allocation failed|could not allocate memory|ENOMEM|bad_alloc/;
const codes = ['ERR_WORKER_OUT_OF_MEMORY', 'ERR_MEMORY_ALLOCATION_FAILED', 'ENOMEM'];

export function isOutOfMemory(error: unknown): boolean {
  if (error instanceof OutOfMemory) return true;
  return codes.includes((error as NodeJS.ErrnoException)?.code ?? '') || messages.test(reasonOf(error));
}

/** Describes the tensor that could not be allocated; undefined if the error does not name it. */
export function tensorWithoutRoom(error: unknown): string | undefined {
  const message = reasonOf(error);
  const [, shape, type] =
    /OOM when allocating tensor with shape\[([\d,]*)\] and type (\w+)/.exec(message) ?? [];
  if (shape !== undefined) return `a tensor [${shape.replaceAll(',', ', ')}] of ${type}`;
  return error instanceof OutOfMemory ? message : undefined;
}
