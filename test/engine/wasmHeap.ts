// Fills the memory of the WebAssembly engine.

import * as tf from '@tensorflow/tfjs-core';
import { openWasm } from '../../dist/engine/wasm.js';

interface Module {
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/** Allocates all memory but `leave` bytes and a few MiB. Returns a function that frees it. */
export async function fillWasmHeap(leave = 0): Promise<() => void> {
  await openWasm();
  const { wasm } = tf.backend() as unknown as { wasm: Module };
  const allocated: number[] = [];
  for (let size = 256 * 2 ** 20; size >= 2 ** 20; size /= 4) {
    try {
      for (;;) allocated.push(wasm._malloc(size));
    } catch {} // try smaller sizes
  }
  for (let freed = 0; freed < leave; freed += 2 ** 20) wasm._free(allocated.pop()!);
  return () => {
    for (const address of allocated.splice(0)) wasm._free(address);
  };
}
