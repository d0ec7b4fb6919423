// Parsers that do what none may, to see that the fuzzer finds it.

import { UserError } from '../../dist/core/errors.js';
import type { FuzzParser } from './parser.js';

const kept: Buffer[] = [];
const seeds = () => [Buffer.alloc(64)];

const breaking = (name: string, breakDown: () => unknown): FuzzParser => ({
  name,
  seeds,
  parse: (bytes) => {
    if (bytes.length === 0) throw new UserError('nothing');
    return bytes[0] === 0xff ? breakDown() : undefined;
  },
});

export const parsers: readonly FuzzParser[] = [
  breaking('throws', () => {
    throw new TypeError('a bug');
  }),
  breaking('throws later', () => {
    setImmediate(() => {
      throw new TypeError('a bug');
    });
    return new Promise(() => {});
  }),
  breaking('hangs', () => {
    for (;;);
  }),
  breaking('waits', () => new Promise(() => {})),
  breaking('dawdles', () => {
    for (const start = process.cpuUsage(); process.cpuUsage(start).user < 100_000; );
  }),
  breaking('hoards', () => kept.push(Buffer.alloc(300_000_000, 1))),
];
