// A thread's instance of the resize kernel (resizeKernel/kernel.ts) and its memory.

import { tooLargeForMemory } from '../decodedImage.js';

/** The exports of kernel.ts. Addresses and lengths are in bytes of `memory`. */
export interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  resampleRows(
    source: number,
    stride: number,
    rows: number,
    starts: number,
    weights: number,
    taps: number,
    target: number,
    outStride: number,
    outWidth: number,
  ): void;
  blendRows(
    source: number,
    stride: number,
    rows: number,
    weights: number,
    target: number,
    length: number,
  ): void;
}

/** The memory in bytes that a thread keeps between images. A photo of 12 megapixels takes 3 MB. */
export const reusedMemory = 16e6;

const page = 65536;

/**
 * Calls `work` with at least `bytes` of uninitialized memory.
 *
 * Throws UnreadableImage if there is too little memory (WebAssembly is limited to 4 GiB), and a UserError if
 * WebAssembly is not available.
 */
export type WithMemory = (bytes: number, work: (kernel: Kernel, memory: Uint8Array) => void) => void;

/** `openKernel`: returns a new instance. */
export function createKernelMemory(openKernel: () => Kernel): WithMemory {
  let kernel: Kernel | undefined;
  return (bytes, work) => {
    kernel ??= openKernel();
    const { memory } = kernel;
    try {
      const missing = Math.ceil((bytes - memory.buffer.byteLength) / page);
      if (missing > 0) growBy(memory, missing);
      work(kernel, new Uint8Array(memory.buffer));
    } finally {
      // WebAssembly memory can't shrink: only dropping the instance frees it.
      if (memory.buffer.byteLength > reusedMemory) kernel = undefined;
    }
  };
}

function growBy(memory: Kernel['memory'], pages: number): void {
  try {
    memory.grow(pages);
  } catch {
    throw tooLargeForMemory();
  }
}
