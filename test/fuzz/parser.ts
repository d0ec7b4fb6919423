// What the fuzzer needs to know of a parser.

export interface FuzzParser {
  /** For the command line: `node scripts/fuzz.mjs NAME`. */
  readonly name: string;
  /** Whole, valid inputs of a few kilobytes at most: what is tried is made of them. */
  readonly seeds: () => readonly Uint8Array[] | Promise<readonly Uint8Array[]>;
  /** Reads the bytes from memory. It may return, or throw an error that `isRefusal` says yes to; nothing else. */
  readonly parse: (bytes: Buffer) => unknown;
  /** By default, a UserError. */
  readonly isRefusal?: (error: unknown) => boolean;
}
