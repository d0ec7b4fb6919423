// MT19937's kernel (randomKernel/kernel.ts), as a thread has it: one instance, which all generators take turns in.

import { moduleOf } from '../core/webAssembly.js';
import { blockLength } from './mt19937.js';

/** What kernel.ts exports. `words` is an address in `memory`. */
interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer };
  advanceBlocks(words: number, blocks: number): void;
  uniformBlocks(words: number, blocks: number, step: number, start: number, end: number): void;
}

/** Values are k * step + start, for k below 2^24; `start` where that gives `end`. The bounds are float32. */
export interface UniformRange {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

const openKernel = moduleOf<Kernel>(
  new URL('./kernel.wasm', import.meta.url),
  "Random numbers can't be drawn",
);

/** With fewer blocks, JavaScript is done before the kernel is read and compiled. */
export const worthTheKernel = 8;

/** Turns a block's state into that of `blocks` blocks further on. */
export function advanceBlocks(state: Int32Array, blocks: number): void {
  inPieces(state, blocks, (kernel, count) => kernel.advanceBlocks(0, count));
}

/** `uniform` of random.ts, for `out` of whole blocks, all after the one of `state`. */
export function uniformBlocks(
  state: Int32Array,
  out: Float32Array,
  { start, end, step }: UniformRange,
): void {
  let filled = 0;
  inPieces(state, out.length / blockLength, (kernel, count) => {
    kernel.uniformBlocks(0, count, step, start, end);
    out.set(new Float32Array(kernel.memory.buffer, 0, count * blockLength), filled);
    filled += count * blockLength;
  });
}

let opened: { readonly kernel: Kernel; readonly words: Int32Array } | undefined;

/**
 * As many blocks at a time as the kernel's memory holds behind a state: a page, which stays in a core's cache. `work` is
 * given the state at the address 0 and leaves the last block's behind the others.
 */
function inPieces(state: Int32Array, blocks: number, work: (kernel: Kernel, count: number) => void): void {
  if (!opened) {
    const kernel = openKernel();
    opened = { kernel, words: new Int32Array(kernel.memory.buffer) };
  }
  const { kernel, words } = opened;
  const most = Math.floor(words.length / blockLength) - 1;
  words.set(state);
  for (let done = 0; done < blocks; ) {
    const count = Math.min(most, blocks - done);
    work(kernel, count);
    words.copyWithin(0, count * blockLength, (count + 1) * blockLength);
    done += count;
  }
  state.set(words.subarray(0, blockLength));
}
