// An unpickler for weights. A pickle is a program for a stack machine that can call any Python function; this one runs
// the instructions that data needs and creates an inert PythonObject for every function and class that it does not
// know. Source: CPython's Lib/pickletools.py.

import type { ByteSource } from '../formats/byteSource.js';
import { instructionNames } from './pickleBytes.js';
import { instructions } from './pickleInstructions.js';
import { PickleState, type UnpickleOptions } from './pickleState.js';

/** In bytes. Pickles of weights are small, since they don't contain the values: AlexNet's has 2,000 bytes. */
export const maxPickleBytes = 1 << 26;

/**
 * Unpickles `bytes`: a dict becomes a Map, a list or tuple an array, None null, an int or float a number, and bytes a
 * view of `bytes`. Throws a data error (exit 3) for anything damaged or too large, and for an unknown instruction.
 */
export function unpickle(bytes: Uint8Array, options: UnpickleOptions): unknown {
  return run(new PickleState(bytes, options.file), options);
}

/**
 * Unpickles the value at `position` of a longer file and returns its end position. The length is not known in advance:
 * a growing part of the file is tried.
 */
export async function unpickleAt(
  source: ByteSource,
  position: number,
  options: UnpickleOptions,
): Promise<{ readonly value: unknown; readonly end: number }> {
  for (let size = 1 << 12; ; size *= 16) {
    const bytes = new Uint8Array(Math.max(0, Math.min(size, maxPickleBytes, source.size - position)));
    await source.read(bytes, position);
    const state = new PickleState(bytes, options.file);
    try {
      return { value: run(state, options), end: position + state.bytes.position };
    } catch (error) {
      if (!state.truncated || bytes.length < size) throw error;
    }
  }
}

function run(state: PickleState, options: UnpickleOptions): unknown {
  for (;;) {
    const code = state.bytes.unsigned(1);
    const name = instructionNames[code] ?? `0x${code.toString(16)}`;
    if (name === 'STOP') return state.pop();
    const instruction = instructions[name];
    if (!instruction) throw state.invalid(`instruction ${name} is not supported`);
    instruction(state, options);
  }
}
