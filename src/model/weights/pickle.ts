// Python's pickles, as far as weights need them: a pickle is a program for a small stack machine, and a machine that
// may do everything may run anything. This one has the instructions that plain data takes, and it can call only what
// its caller gives it; all else is refused by its name.
// Source: CPython's Lib/pickletools.py.

import { printable } from '../../errors.js';
import { instructionNames } from './pickleBytes.js';
import { PickleState } from './pickleState.js';

/** What a pickle may call, with a list of arguments, by Python's module and name: `collections OrderedDict`. */
export type PickleGlobals = Readonly<Record<string, (args: readonly unknown[]) => unknown>>;

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
}

/**
 * The value that `bytes` unpickle to. A dict is a Map, a list or tuple an array, None null, an int or float a number,
 * bytes a view of `bytes`. Throws a data error (exit 3) on anything that is damaged, unknown or not allowed.
 */
export function unpickle(bytes: Uint8Array, options: UnpickleOptions): unknown {
  const state = new PickleState(bytes, options.file);
  for (;;) {
    const code = state.bytes.unsigned(1);
    const name = instructionNames[code] ?? `0x${code.toString(16)}`;
    if (name === 'STOP') return state.pop();
    const instruction = instructions[name];
    if (!instruction) throw state.refused(`its instruction ${name} is not among those that weights need`);
    instruction(state, options);
  }
}

const instructions: Readonly<Record<string, (state: PickleState, options: UnpickleOptions) => void>> = {
  PROTO: (state) => {
    const protocol = state.bytes.unsigned(1);
    if (protocol > 5) throw state.refused(`it has protocol ${protocol}, and the newest known is 5`);
  },
  FRAME: (state) => state.bytes.take(8),
  MARK: (state) => state.mark(),
  NONE: (state) => state.push(null),
  NEWTRUE: (state) => state.push(true),
  NEWFALSE: (state) => state.push(false),
  BININT: (state) => state.push(state.bytes.unsigned(4) | 0),
  BININT1: (state) => state.push(state.bytes.unsigned(1)),
  BININT2: (state) => state.push(state.bytes.unsigned(2)),
  LONG1: (state) => state.push(state.bytes.integer(state.bytes.unsigned(1))),
  BINFLOAT: (state) => state.push(state.bytes.double()),
  SHORT_BINUNICODE: (state) => state.push(state.bytes.text(1)),
  BINUNICODE: (state) => state.push(state.bytes.text(4)),
  SHORT_BINBYTES: (state) => state.push(state.bytes.take(state.bytes.unsigned(1))),
  BINBYTES: (state) => state.push(state.bytes.take(state.bytes.unsigned(4))),
  EMPTY_TUPLE: (state) => state.push([]),
  TUPLE1: (state) => state.push(state.popSome(1)),
  TUPLE2: (state) => state.push(state.popSome(2)),
  TUPLE3: (state) => state.push(state.popSome(3)),
  TUPLE: (state) => state.push(state.popToMark()),
  EMPTY_LIST: (state) => state.push([]),
  APPEND: (state) => append(state, state.popSome(1)),
  APPENDS: (state) => append(state, state.popToMark()),
  EMPTY_DICT: (state) => state.push(new Map()),
  SETITEM: (state) => setItems(state, state.popSome(2)),
  SETITEMS: (state) => setItems(state, state.popToMark()),
  BINPUT: (state) => state.remember(state.bytes.unsigned(1)),
  LONG_BINPUT: (state) => state.remember(state.bytes.unsigned(4)),
  MEMOIZE: (state) => state.remember(),
  BINGET: (state) => state.recall(state.bytes.unsigned(1)),
  LONG_BINGET: (state) => state.recall(state.bytes.unsigned(4)),
  GLOBAL: (state, { globals }) => pushGlobal(state, globals, [state.bytes.line(), state.bytes.line()]),
  STACK_GLOBAL: (state, { globals }) => pushGlobal(state, globals, state.popSome(2)),
  REDUCE: (state, { globals }) => {
    const [callable, args] = state.popSome(2);
    const known = Object.values(globals).find((each) => each === callable);
    if (!known || !Array.isArray(args)) throw state.refused('it calls something that is no function');
    state.push(known(args));
  },
  BUILD: (state) => {
    const [value, valueState] = state.popSome(2);
    if (!isBuildable(value)) throw state.refused('it sets the state of something that has none');
    value.setState(valueState);
    state.push(value);
  },
  BINPERSID: (state, { persistentLoad }) => {
    if (!persistentLoad) throw state.refused('it refers to something outside of it');
    state.push(persistentLoad(state.pop()));
  },
};

function append(state: PickleState, values: readonly unknown[]): void {
  const list = state.top();
  if (!Array.isArray(list)) throw state.refused('it appends to something that is no list');
  for (const value of values) list.push(value);
}

function setItems(state: PickleState, keysAndValues: readonly unknown[]): void {
  const dict = state.top();
  if (!(dict instanceof Map)) throw state.refused('it sets an item of something that is no dict');
  if (keysAndValues.length % 2 !== 0) throw state.refused('a key of a dict has no value');
  for (let i = 0; i < keysAndValues.length; i += 2) {
    const key = keysAndValues[i];
    if (typeof key !== 'string' && typeof key !== 'number') {
      throw state.refused('a key of a dict is no string or number');
    }
    dict.set(key, keysAndValues[i + 1]);
  }
}

function pushGlobal(state: PickleState, globals: PickleGlobals, words: readonly unknown[]): void {
  if (!words.every((word) => typeof word === 'string')) throw state.refused('it names a function by no name');
  const name = words.join(' ');
  if (!Object.hasOwn(globals, name)) {
    const shown = printable(words.join('.').slice(0, 100));
    throw state.refused(`it calls for '${shown}', which weights don't need`);
  }
  state.push(globals[name]);
}

const isBuildable = (value: unknown): value is Buildable =>
  typeof value === 'object' && value !== null && 'setState' in value && typeof value.setState === 'function';
