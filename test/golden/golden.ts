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

/** The float32 values that make_golden.py wrote as base64. */
export function floats(base64: string): Float32Array {
  const bytes = Buffer.from(base64, 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** The norm of an array of any length, in float64. */
export const norm = (values: Float32Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

/** The norm of the difference of two arrays of one length. */
export function distance(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length)
    throw new Error(`${actual.length} values, expected ${expected.length}`);
  return Math.sqrt(actual.reduce((sum, value, i) => sum + (value - expected[i]!) ** 2, 0));
}
