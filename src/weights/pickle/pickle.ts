// Python's pickles, as far as weights need them: a pickle is a program for a small stack machine, and a machine that
// may do everything may run anything. This one has the instructions that plain data takes, and it can call only what
// its caller gives it; all else is refused by its name.
// Source: CPython's Lib/pickletools.py.

import type { ByteSource } from '../torch/byteSource.js';
import { instructionNames } from './pickleBytes.js';
import { instructions } from './pickleInstructions.js';
import { type PickleGlobal, PickleState } from './pickleState.js';

/** What a pickle may call, with a list of arguments, by Python's module and name: `collections OrderedDict`. */
export type PickleGlobals = Readonly<Record<string, PickleGlobal>>;

/** Made by one of the globals and finished by the pickle's BUILD, as `__setstate__` does in Python. */
export interface Buildable {
  setState(state: unknown): void;
}

export interface UnpickleOptions {
  /** For messages. */
  readonly file: string;
  readonly globals: PickleGlobals;
  /** What a persistent id stands for: torch's files name their tensors' bytes by one. */
  readonly persistentLoad?: (id: unknown) => unknown;
  /** Says more of a global, `module.name`, that is not among those given; undefined: nothing to say. */
  readonly explainUnknown?: (name: string) => string | undefined;
}

/** In bytes. Pickles of weights are small, as the tensors' values are not in them: AlexNet's has 2,000 bytes. */
export const longestPickle = 1 << 26;

/**
 * The value that `bytes` unpickle to. A dict is a Map, a list or tuple an array, None null, an int or float a number,
 * bytes a view of `bytes`. Throws a data error (exit 3) on anything that is damaged, unknown or not allowed.
 */
export function unpickle(bytes: Uint8Array, options: UnpickleOptions): unknown {
  return run(new PickleState(bytes, options.file), options);
}

/**
 * The value of the pickle at `position` in a file that goes on after it, and where it ends. As nothing tells how long
 * it is, it is tried with more and more of the file.
 */
export async function unpickleAt(
  source: ByteSource,
  position: number,
  options: UnpickleOptions,
): Promise<{ readonly value: unknown; readonly end: number }> {
  for (let tried = 1 << 12; ; tried *= 16) {
    const bytes = new Uint8Array(Math.max(0, Math.min(tried, longestPickle, source.size - position)));
    await source.read(bytes, position);
    const state = new PickleState(bytes, options.file);
    try {
      return { value: run(state, options), end: position + state.bytes.position };
    } catch (error) {
      if (!state.cutShort || bytes.length < tried) throw error;
    }
  }
}

function run(state: PickleState, options: UnpickleOptions): unknown {
  for (;;) {
    const code = state.bytes.unsigned(1);
    const name = instructionNames[code] ?? `0x${code.toString(16)}`;
    if (name === 'STOP') return state.pop();
    const instruction = instructions[name];
    if (!instruction) throw state.refused(`its instruction ${name} is not among those that weights need`);
    instruction(state, options);
  }
}
