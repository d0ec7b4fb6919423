// WebAssembly with no memory left.

import * as tf from '@tensorflow/tfjs-core';
import { openWasm } from '../../dist/engine/wasm.js';

interface Module {
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/** Takes all but a few of the megabytes that tensors can have, without touching them, and gives them back. */
export async function fillWasmHeap(leave = 0): Promise<() => void> {
  await openWasm();
  const { wasm } = tf.backend() as unknown as { wasm: Module };
  const taken: number[] = [];
  for (let size = 256 * 2 ** 20; size >= 2 ** 20; size /= 4) {
    try {
      for (;;) taken.push(wasm._malloc(size));
    } catch {} // no more of this size
  }
  for (let freed = 0; freed < leave; freed += 2 ** 20) wasm._free(taken.pop()!);
  return () => {
    for (const address of taken.splice(0)) wasm._free(address);
  };
}
