// Checks memory allocations of tfjs' WebAssembly backend. The backend ignores a failed malloc: it writes to address 0,
// which overwrites the module's data and gives wrong numbers.

import * as tf from '@tensorflow/tfjs-core';
import { OutOfMemory } from './outOfMemory.js';

/** Private in tfjs-backend-wasm 4.22. */
interface WasmModule {
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/** The module's address space in bytes. */
const addressSpace = 4 * 2 ** 30;

/** Headroom for kernel scratch memory; its allocation failures are silent. */
const headroom = 320 * 2 ** 20;

/** Bytes that are available for tensors. */
export const wasmMemory = addressSpace - headroom;

/** Makes tfjs' current backend throw OutOfMemory if an allocation fails. */
export function guardWasmHeap(): void {
  const { wasm } = tf.backend() as unknown as { wasm: WasmModule };
  wasm._free(wasm._malloc(8)); // the first call replaces the module's _malloc property
  const allocate = wasm._malloc;
  wasm._malloc = (bytes) => {
    const address = allocate(bytes) >>> 0;
    if (address !== 0 && address + bytes <= wasmMemory) return address;
    if (address !== 0) wasm._free(address);
    throw new OutOfMemory(`${bytes.toLocaleString('en')} bytes of WebAssembly's 4 GiB memory`);
  };
}
