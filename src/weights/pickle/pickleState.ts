// The state of the unpickler: the input, a stack with marks, and a memo.

import { dataError, printable, type UserError } from '../../core/errors.js';
import { PickleBytes } from './pickleBytes.js';
import type { PythonObject } from './pythonObject.js';

/** A function that a pickle may call. */
export type PickleGlobal = (args: readonly unknown[]) => unknown;

/**
 * What replaces Python's functions and classes, by module and name, such as `collections OrderedDict`. Anything else
 * becomes a PythonObject.
 */
export type PickleGlobals = Readonly<Record<string, PickleGlobal | PythonObject>>;

export interface UnpickleOptions {
  /** The file name, for error messages. */
  readonly file: string;
  readonly globals: PickleGlobals;
  /** Resolves a persistent id: PyTorch's files refer to the bytes of a tensor by one. */
  readonly persistentLoad?: (id: unknown) => unknown;
}

/** The maximum number of values, marks and memo entries, more than any weights need. A value takes up to 200 bytes. */
const limit = 1_000_000;

export class PickleState {
  readonly bytes: PickleBytes;
  readonly #file: string;
  readonly #stack: unknown[] = [];
  /** The height of the stack at each MARK. */
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, unknown>();
  readonly #globals = new Set<unknown>();
  #pushed = 0;
  /** Whether the input ended too early. */
  truncated = false;

  constructor(bytes: Uint8Array, file: string) {
    this.bytes = new PickleBytes(bytes, () => {
      this.truncated = true;
      return this.invalid('it is truncated');
    });
    this.#file = file;
  }

  invalid(problem: string): UserError {
    return dataError(
      `Can't read the pickle in '${printable(this.#file)}': ${problem} (before byte ${this.bytes.position}).`,
      'Save a state dict: torch.save(model.state_dict(), FILE)',
    );
  }

  push(value: unknown): void {
    this.charge(1);
    this.#stack.push(value);
  }

  /** Counts `values` more values towards the limit. */
  charge(values: number): void {
    this.#pushed += values;
    if (this.#pushed > limit) throw this.invalid('it contains too many values');
  }

  pushGlobal(global: PickleGlobal): void {
    this.#globals.add(global);
    this.push(global);
  }

  /** Whether `value` was pushed by pushGlobal: only these may be called. */
  isGlobal(value: unknown): value is PickleGlobal {
    return this.#globals.has(value);
  }

  pop(): unknown {
    this.#requireValue();
    return this.#stack.pop();
  }

  /** The last `count` values, in the order in which they were pushed. */
  popSome(count: number): unknown[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  mark(): void {
    if (this.#marks.push(this.#stack.length) > limit) throw this.invalid('it contains too many marks');
  }

  popToMark(): unknown[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw this.invalid('it returns to a mark that was never set');
    return this.#stack.splice(mark);
  }

  /** The topmost value, which stays on the stack. */
  top(): unknown {
    this.#requireValue();
    return this.#stack.at(-1);
  }

  /** Values below the last mark are not accessible. */
  #requireValue(): void {
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0)) throw this.invalid('it reads from an empty stack');
  }

  memoize(index = this.#memo.size): void {
    this.#memo.set(index, this.top());
    if (this.#memo.size > limit) throw this.invalid('its memo has too many entries');
  }

  pushMemo(index: number): void {
    if (!this.#memo.has(index)) throw this.invalid(`memo entry ${index} was never set`);
    this.push(this.#memo.get(index));
  }
}
