// Sequential reading of a pickle, and the names of its instructions.
// Source: CPython's Lib/pickletools.py.

import type { UserError } from '../../core/errors.js';

/** By opcode. Unsupported instructions are included for error messages. */
export const instructionNames: Readonly<Record<number, string>> = {
  ...{ 40: 'MARK', 41: 'EMPTY_TUPLE', 46: 'STOP', 48: 'POP', 49: 'POP_MARK', 50: 'DUP' },
  ...{ 66: 'BINBYTES', 67: 'SHORT_BINBYTES', 70: 'FLOAT', 71: 'BINFLOAT', 73: 'INT', 74: 'BININT' },
  ...{ 75: 'BININT1', 76: 'LONG', 77: 'BININT2', 78: 'NONE', 80: 'PERSID', 81: 'BINPERSID' },
  ...{ 82: 'REDUCE', 83: 'STRING', 84: 'BINSTRING', 85: 'SHORT_BINSTRING', 86: 'UNICODE' },
  ...{ 88: 'BINUNICODE', 93: 'EMPTY_LIST', 97: 'APPEND', 98: 'BUILD', 99: 'GLOBAL', 100: 'DICT' },
  ...{ 101: 'APPENDS', 103: 'GET', 104: 'BINGET', 105: 'INST', 106: 'LONG_BINGET', 108: 'LIST' },
  ...{ 111: 'OBJ', 112: 'PUT', 113: 'BINPUT', 114: 'LONG_BINPUT', 115: 'SETITEM', 116: 'TUPLE' },
  ...{ 117: 'SETITEMS', 125: 'EMPTY_DICT', 128: 'PROTO', 129: 'NEWOBJ', 130: 'EXT1', 131: 'EXT2' },
  ...{ 132: 'EXT4', 133: 'TUPLE1', 134: 'TUPLE2', 135: 'TUPLE3', 136: 'NEWTRUE', 137: 'NEWFALSE' },
  ...{ 138: 'LONG1', 139: 'LONG4', 140: 'SHORT_BINUNICODE', 141: 'BINUNICODE8', 142: 'BINBYTES8' },
  ...{ 143: 'EMPTY_SET', 144: 'ADDITEMS', 145: 'FROZENSET', 146: 'NEWOBJ_EX', 147: 'STACK_GLOBAL' },
  ...{ 148: 'MEMOIZE', 149: 'FRAME', 150: 'BYTEARRAY8', 151: 'NEXT_BUFFER', 152: 'READONLY_BUFFER' },
};

export class PickleBytes {
  readonly #bytes: Buffer;
  readonly #truncated: () => UserError;
  position = 0;

  /** `truncated` creates the error for an unexpected end. */
  constructor(bytes: Uint8Array, truncated: () => UserError) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#truncated = truncated;
  }

  /** The next `count` bytes, as a view. */
  take(count: number): Buffer {
    if (this.position + count > this.#bytes.length) throw this.#truncated();
    this.position += count;
    return this.#bytes.subarray(this.position - count, this.position);
  }

  /** An unsigned integer of 1, 2 or 4 bytes. */
  unsigned(size: number): number {
    return this.take(size).readUIntLE(0, size);
  }

  /** A signed integer of any size, exact up to 2^53 and rounded beyond. */
  integer(size: number): number {
    const bigEndian = Buffer.from(this.take(size)).reverse();
    return Number(BigInt.asIntN(8 * size, BigInt(`0x0${bigEndian.toString('hex')}`)));
  }

  double(): number {
    return this.take(8).readDoubleBE();
  }

  /** UTF-8 text, preceded by its length in `size` bytes. */
  text(size: number): string {
    return this.take(this.unsigned(size)).toString();
  }

  /** Text up to the next newline. */
  line(): string {
    const end = this.#bytes.indexOf('\n', this.position);
    if (end < 0) throw this.#truncated();
    return this.take(end + 1 - this.position)
      .toString()
      .slice(0, -1);
  }
}
