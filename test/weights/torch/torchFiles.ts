// Reads torchFiles.json, the output of generateTorchFiles.py.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { root } from '../../support.js';

/** By name: shape, and float32 values in base64. */
export type ExpectedTensors = Readonly<Record<string, { shape: number[]; data: string }>>;

interface TorchFiles {
  /** Files, compressed with gzip and in base64, and the tensors that PyTorch loads from them. */
  readonly readable: Readonly<Record<string, { file: string; tensors: ExpectedTensors }>>;
  readonly rejected: Readonly<Record<string, string>>;
}

export const torchFiles = JSON.parse(
  readFileSync(join(root, 'test', 'weights', 'torch', 'torchFiles.json'), 'utf8'),
) as TorchFiles;

/** The bytes of a file in torchFiles.json. */
export const unpacked = (file: string): Buffer => gunzipSync(Buffer.from(file, 'base64'));

/** Compares names with their order, shapes, and values bit for bit. */
export function assertTensors(
  found: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>,
  expected: ExpectedTensors,
): void {
  assert.deepEqual([...found.keys()], Object.keys(expected));
  for (const [name, { shape, data }] of found) {
    assert.deepEqual(shape, expected[name]!.shape, name);
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    assert.equal(bytes.toString('base64'), expected[name]!.data, name);
  }
}
