// The resize's kernel (resizeKernel/kernel.ts), as a thread has it: the instance, and the memory that it works in.

import { moduleOf } from '../../core/webAssembly.js';
import { tooLargeForMemory } from '../decodedImage.js';

/** What kernel.ts exports. Addresses and lengths are bytes in `memory`. */
interface Kernel {
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

const openKernel = moduleOf<Kernel>(
  new URL('./resizeKernel.wasm', import.meta.url),
  "Images can't be resized",
);

/** A thread keeps this much, in bytes, from image to image; a photo of 12 megapixels takes 3 MB. */
export const keptMemory = 16e6;

const page = 65536;

/**
 * Runs `work` with at least `bytes` of memory, whatever is in it.
 *
 * Throws UnreadableImage where there is not so much (4 GiB is the most that WebAssembly has), and a UserError where
 * WebAssembly does not start.
 */
export type WithMemory = (bytes: number, work: (kernel: Kernel, memory: Uint8Array) => void) => void;

export function createKernelMemory(): WithMemory {
  let kernel: Kernel | undefined;
  return (bytes, work) => {
    kernel ??= openKernel();
    const { memory } = kernel;
    try {
      const missing = Math.ceil((bytes - memory.buffer.byteLength) / page);
      if (missing > 0) growBy(memory, missing);
      work(kernel, new Uint8Array(memory.buffer));
    } finally {
      // WebAssembly's memory never shrinks: what a huge image took is given back with the instance.
      if (memory.buffer.byteLength > keptMemory) kernel = undefined;
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
