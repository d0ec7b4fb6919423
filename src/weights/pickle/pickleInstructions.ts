// What each instruction of a pickle does to the machine. Those that are not here are refused.
// Source: CPython's Lib/pickletools.py.

import { printable } from '../../core/errors.js';
import type { Buildable, UnpickleOptions } from './pickle.js';
import type { PickleState } from './pickleState.js';

/** By the names of pickletools. */
export const instructions: Readonly<Record<string, (state: PickleState, options: UnpickleOptions) => void>> =
  {
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
    // What Python 2 made of its strings.
    SHORT_BINSTRING: (state) => state.push(state.bytes.text(1)),
    BINSTRING: (state) => state.push(state.bytes.text(4)),
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
    GLOBAL: (state, options) => pushGlobal(state, options, [state.bytes.line(), state.bytes.line()]),
    STACK_GLOBAL: (state, options) => pushGlobal(state, options, state.popSome(2)),
    REDUCE: call,
    NEWOBJ: call, // of a class: to the globals here, that is the same
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

function call(state: PickleState): void {
  const [callable, args] = state.popSome(2);
  if (!state.isGlobal(callable) || !Array.isArray(args)) {
    throw state.refused('it calls something that is no function');
  }
  // The memo gives the same list to any number of calls, and each may go through it, or copy it.
  state.charge(args.length);
  for (const each of args) if (Array.isArray(each)) state.charge(each.length);
  state.push(callable(args));
}

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

function pushGlobal(
  state: PickleState,
  { globals, explainUnknown }: UnpickleOptions,
  words: readonly unknown[],
): void {
  if (!words.every((word) => typeof word === 'string')) throw state.refused('it names a function by no name');
  const name = words.join(' ');
  if (!Object.hasOwn(globals, name)) {
    const shown = printable(words.join('.').slice(0, 100));
    throw state.refused(explainUnknown?.(shown) ?? `it calls for '${shown}', which weights don't need`);
  }
  state.pushGlobal(globals[name]!);
}

const isBuildable = (value: unknown): value is Buildable =>
  typeof value === 'object' && value !== null && 'setState' in value && typeof value.setState === 'function';
