// How the tests read the golden files, which make_golden.py writes.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support.js';

/** The content of `test/golden/<name>.json`. */
export const readGolden = <T>(name: string): T =>
  JSON.parse(readFileSync(join(root, 'test', 'golden', `${name}.json`), 'utf8')) as T;

/** Of an array's bytes as they lie in memory: what make_golden.py's sha256 gives for the same values. */
export const sha256 = (values: NodeJS.TypedArray): string =>
  createHash('sha256')
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex');
