// The memory of WebAssembly: at most 4 GiB. tfjs does not look whether it got what it asked for. It goes on at the
// address 0, writes over the module's own data, and computes wrong numbers; so it is looked for here.

import * as tf from '@tensorflow/tfjs-core';
import { OutOfMemory } from './outOfMemory.js';

/** The backend's module, as far as it is used here: private in tfjs-backend-wasm 4.22. */
interface WasmModule {
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/** What the module can address. */
const addressable = 4 * 2 ** 30;

/** Kept back for what the kernels need beside the tensors, of which nobody is told that it was not to be had. */
const reserve = 320 * 2 ** 20;

/** Bytes that tensors can have. */
export const wasmMemory = addressable - reserve;

/** Makes tfjs' current backend throw OutOfMemory where it would go on without memory. */
export function guardWasmHeap(): void {
  const { wasm } = tf.backend() as unknown as { wasm: WasmModule };
  wasm._free(wasm._malloc(8)); // the module replaces its own function at the first call
  const allocate = wasm._malloc;
  wasm._malloc = (bytes) => {
    const address = allocate(bytes) >>> 0;
    if (address !== 0 && address + bytes <= wasmMemory) return address;
    if (address !== 0) wasm._free(address);
    throw new OutOfMemory(
      `${bytes.toLocaleString('en')} bytes beside what WebAssembly has in use of its 4 GiB`,
    );
  };
}
