// The supported pickle instructions.
// Source: CPython's Lib/pickletools.py.

import type { PickleState, UnpickleOptions } from './pickleState.js';
import { type Buildable, PythonObject } from './pythonObject.js';

/** By their names in pickletools. */
export const instructions: Readonly<Record<string, (state: PickleState, options: UnpickleOptions) => void>> =
  {
    PROTO: (state) => {
      const protocol = state.bytes.unsigned(1);
      if (protocol > 5) throw state.invalid(`expected protocol 5 or older, found ${protocol}`);
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
    // Strings of Python 2.
    SHORT_BINSTRING: (state) => state.push(state.bytes.text(1)),
    BINSTRING: (state) => state.push(state.bytes.text(4)),
    SHORT_BINBYTES: (state) => state.push(state.bytes.take(state.bytes.unsigned(1))),
    BINBYTES: (state) => state.push(state.bytes.take(state.bytes.unsigned(4))),
    BYTEARRAY8: (state) => state.push(state.bytes.take(Number(state.bytes.take(8).readBigUInt64LE()))),
    EMPTY_TUPLE: (state) => state.push([]),
    TUPLE1: (state) => state.push(state.popSome(1)),
    TUPLE2: (state) => state.push(state.popSome(2)),
    TUPLE3: (state) => state.push(state.popSome(3)),
    TUPLE: (state) => state.push(state.popToMark()),
    EMPTY_LIST: (state) => state.push([]),
    APPEND: (state) => append(state, state.popSome(1)),
    APPENDS: (state) => append(state, state.popToMark()),
    EMPTY_SET: (state) => state.push([]),
    ADDITEMS: (state) => append(state, state.popToMark()),
    FROZENSET: (state) => state.push(state.popToMark()),
    EMPTY_DICT: (state) => state.push(new Map()),
    SETITEM: (state) => setItems(state, state.popSome(2)),
    SETITEMS: (state) => setItems(state, state.popToMark()),
    BINPUT: (state) => state.memoize(state.bytes.unsigned(1)),
    LONG_BINPUT: (state) => state.memoize(state.bytes.unsigned(4)),
    MEMOIZE: (state) => state.memoize(),
    BINGET: (state) => state.pushMemo(state.bytes.unsigned(1)),
    LONG_BINGET: (state) => state.pushMemo(state.bytes.unsigned(4)),
    GLOBAL: (state, options) => pushGlobal(state, options, [state.bytes.line(), state.bytes.line()]),
    STACK_GLOBAL: (state, options) => pushGlobal(state, options, state.popSome(2)),
    // Python also pickles an object that contains itself with these.
    POP: (state) => void state.pop(),
    POP_MARK: (state) => void state.popToMark(),
    REDUCE: (state) => call(state, state.popSome(2)),
    // These create an instance of a class.
    NEWOBJ: (state) => call(state, state.popSome(2)),
    NEWOBJ_EX: (state) => call(state, state.popSome(3)),
    BUILD: (state) => {
      const [value, valueState] = state.popSome(2);
      if (!isBuildable(value)) throw state.invalid('BUILD on an object without state');
      value.setState(valueState);
      state.push(value);
    },
    BINPERSID: (state, { persistentLoad }) => {
      if (!persistentLoad) throw state.invalid('persistent ids are not supported here');
      state.push(persistentLoad(state.pop()));
    },
  };

function call(state: PickleState, [callable, args]: readonly unknown[]): void {
  const isObject = callable instanceof PythonObject;
  if (!(isObject || state.isGlobal(callable)) || !Array.isArray(args)) {
    throw state.invalid('it calls something that is not a function');
  }
  // The memo can pass one list to any number of calls, and each may iterate over it or copy it.
  state.charge(args.length);
  for (const each of args) if (Array.isArray(each)) state.charge(each.length);
  state.push(isObject ? new PythonObject(callable.name, args) : callable(args));
}

function append(state: PickleState, values: readonly unknown[]): void {
  const top = state.top();
  const list = top instanceof PythonObject ? top.list : top;
  if (!Array.isArray(list)) throw state.invalid('it appends to something that is not a list');
  for (const value of values) list.push(value);
}

function setItems(state: PickleState, keysAndValues: readonly unknown[]): void {
  const top = state.top();
  const dict = top instanceof PythonObject ? top.dict : top;
  if (!(dict instanceof Map)) throw state.invalid('it sets an item of something that is not a dict');
  if (keysAndValues.length % 2 !== 0) throw state.invalid('a dict key has no value');
  for (let i = 0; i < keysAndValues.length; i += 2) {
    dict.set(keysAndValues[i], keysAndValues[i + 1]);
  }
}

function pushGlobal(state: PickleState, { globals }: UnpickleOptions, path: readonly unknown[]): void {
  if (!path.every((part) => typeof part === 'string'))
    throw state.invalid('the name of a function is not a string');
  const name = path.join(' ');
  const global = Object.hasOwn(globals, name) ? globals[name]! : new PythonObject(path.join('.'));
  if (typeof global === 'function') state.pushGlobal(global);
  else state.push(global);
}

const isBuildable = (value: unknown): value is Buildable =>
  typeof value === 'object' && value !== null && 'setState' in value && typeof value.setState === 'function';
