// MT19937's WebAssembly kernel (kernel/kernel.ts): one instance per thread, which all generators share.

import { moduleOf } from '../core/webAssembly.js';
import { blockLength } from './mt19937.js';

/** The exports of kernel.ts. `words` is an address in `memory`. */
interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer };
  advanceBlocks(words: number, blocks: number): void;
  uniformBlocks(words: number, blocks: number, step: number, start: number, end: number): void;
}

/** Values are k * step + start, for k below 2^24, with `end` replaced by `start`. The bounds are float32. */
export interface UniformRange {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

const openKernel = moduleOf<Kernel>(
  new URL('./kernel.wasm', import.meta.url),
  "Random numbers can't be generated",
);

/** For fewer blocks, JavaScript is faster than loading and compiling the kernel. */
export const minKernelBlocks = 8;

/** Advances `state` by `blocks` blocks. */
export function advanceBlocks(state: Int32Array, blocks: number): void {
  runInChunks(state, blocks, (kernel, count) => kernel.advanceBlocks(0, count));
}

/** `uniform` of generator.ts for whole blocks, beginning with the block after `state`. */
export function uniformBlocks(
  state: Int32Array,
  out: Float32Array,
  { start, end, step }: UniformRange,
): void {
  let filled = 0;
  runInChunks(state, out.length / blockLength, (kernel, count) => {
    kernel.uniformBlocks(0, count, step, start, end);
    out.set(new Float32Array(kernel.memory.buffer, 0, count * blockLength), filled);
    filled += count * blockLength;
  });
}

let opened: { readonly kernel: Kernel; readonly words: Int32Array } | undefined;

/**
 * Calls `run` for as many blocks at a time as fit into the kernel's memory after a state: one page, which fits into
 * the CPU cache. `run` reads the state at address 0, and leaves the last block's state after the blocks.
 */
function runInChunks(state: Int32Array, blocks: number, run: (kernel: Kernel, count: number) => void): void {
  if (!opened) {
    const kernel = openKernel();
    opened = { kernel, words: new Int32Array(kernel.memory.buffer) };
  }
  const { kernel, words } = opened;
  const maxBlocks = Math.floor(words.length / blockLength) - 1;
  words.set(state);
  for (let done = 0; done < blocks; ) {
    const count = Math.min(maxBlocks, blocks - done);
    run(kernel, count);
    words.copyWithin(0, count * blockLength, (count + 1) * blockLength);
    done += count;
  }
  state.set(words.subarray(0, blockLength));
}
