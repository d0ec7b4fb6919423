// The SHA-256 of what is being written, without reading it again.

import { createHash } from 'node:crypto';

/** Hears of each piece that is written. */
export type OnBytes = (count: number) => void;

export class Sum {
  readonly #hash = createHash('sha256');

  constructor(private readonly onBytes: OnBytes = () => {}) {}

  /** Takes the next bytes. Bound, to be handed on. */
  readonly add = (bytes: Uint8Array | string): this => {
    this.#hash.update(bytes);
    this.onBytes(bytes.length);
    return this;
  };

  /** In hexadecimal. Ends the sum. */
  digest(): string {
    return this.#hash.digest('hex');
  }
}
