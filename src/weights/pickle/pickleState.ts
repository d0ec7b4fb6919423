// What Python's pickle machine works with: the program's bytes, a stack with marks, and a memo.

import { dataError, printable, type UserError } from '../../core/errors.js';
import { PickleBytes } from './pickleBytes.js';

/** More values, marks, or things to remember than any weights need: a value takes 200 bytes of memory at most. */
const limit = 1_000_000;

/** A function that a pickle may call. */
export type PickleGlobal = (args: readonly unknown[]) => unknown;

export class PickleState {
  readonly bytes: PickleBytes;
  readonly #file: string;
  readonly #stack: unknown[] = [];
  /** How high the stack was at each MARK. */
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, unknown>();
  readonly #globals = new Set<unknown>();
  #pushed = 0;
  /** Whether the bytes ended too early. */
  cutShort = false;

  constructor(bytes: Uint8Array, file: string) {
    this.bytes = new PickleBytes(bytes, () => {
      this.cutShort = true;
      return this.refused('it is cut short');
    });
    this.#file = file;
  }

  refused(what: string): UserError {
    return dataError(
      `'${printable(this.#file)}' holds a pickle that can't be read: ${what} (before byte ${this.bytes.position}).`,
      'Only plain pickles of tensors are read, since others may run code. Save a state dict: torch.save(model.state_dict(), FILE)',
    );
  }

  push(value: unknown): void {
    this.charge(1);
    this.#stack.push(value);
  }

  /** Counts as so many values pushed. */
  charge(values: number): void {
    this.#pushed += values;
    if (this.#pushed > limit) throw this.refused('it holds more than weights need');
  }

  pushGlobal(global: PickleGlobal): void {
    this.#globals.add(global);
    this.push(global);
  }

  /** Only what came by pushGlobal may be called. */
  isGlobal(value: unknown): value is PickleGlobal {
    return this.#globals.has(value);
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
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0)) throw this.refused('it takes from an empty stack');
    return this.#stack.at(-1);
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
