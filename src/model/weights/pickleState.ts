// What Python's pickle machine works with: the program's bytes, a stack with marks, and a memo.

import { dataError, printable, type UserError } from '../../errors.js';
import { PickleBytes } from './pickleBytes.js';

/** Deeper, or more to remember, than any weights need. */
const limit = 1_000_000;

export class PickleState {
  readonly bytes: PickleBytes;
  readonly #file: string;
  readonly #stack: unknown[] = [];
  /** How high the stack was at each MARK. */
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, unknown>();

  constructor(bytes: Uint8Array, file: string) {
    this.bytes = new PickleBytes(bytes, () => this.refused('it is cut short'));
    this.#file = file;
  }

  refused(what: string): UserError {
    return dataError(
      `'${printable(this.#file)}' holds a pickle that can't be read: ${what} (before byte ${this.bytes.position}).`,
      'Only plain pickles of tensors are read, since others may run code: save a state dict.',
    );
  }

  push(value: unknown): void {
    if (this.#stack.push(value) > limit) throw this.refused('it holds more than weights need');
  }

  pop(): unknown {
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0)) throw this.refused('it takes from an empty stack');
    return this.#stack.pop();
  }

  /** The last `count` values, in the order in which they were pushed. */
  popSome(count: number): unknown[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  mark(): void {
    if (this.#marks.push(this.#stack.length) > limit) throw this.refused('it holds more than weights need');
  }

  popToMark(): unknown[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw this.refused('it goes back to a mark that it never set');
    return this.#stack.splice(mark);
  }

  /** The value on top, which stays there. */
  top(): unknown {
    const value = this.pop();
    this.push(value);
    return value;
  }

  remember(index = this.#memo.size): void {
    this.#memo.set(index, this.top());
    if (this.#memo.size > limit) throw this.refused('it remembers more than weights need');
  }

  recall(index: number): void {
    if (!this.#memo.has(index)) throw this.refused(`it recalls ${index}, which it never remembered`);
    this.push(this.#memo.get(index));
  }
}
