// Files with the same bytes, found without reading all.

import assert from 'node:assert/strict';
import { link, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createGroups } from '../../../dist/data/audit/groups.js';
import { findSameBytes } from '../../../dist/data/audit/sameBytes.js';
import { MersenneTwister } from '../../../dist/random.js';
import { temporaryFolder } from '../../support.js';

test('same bytes are found, whatever their names and places; other bytes of the same size are not', async (t) => {
  const folder = await temporaryFolder(t);
  const noise = Uint8Array.from({ length: 20_000 }, (_, i) => (i * i * 31) >> 3);
  const changed = (at: number) => noise.map((byte, i) => (i === at ? byte ^ 1 : byte));
  const files: [string, Uint8Array][] = [
    ['a', noise],
    ['start', changed(0)],
    ['b', noise],
    ['middle', changed(10_000)],
    ['end', changed(19_999)],
    ['end again', changed(19_999)],
    ['short', noise.subarray(0, 19_999)],
    ['empty', new Uint8Array()],
    ['empty too', new Uint8Array()],
    ['x', Uint8Array.of(1)],
    ['y', Uint8Array.of(2)],
    ['z', Uint8Array.of(1)],
  ];
  for (const [name, bytes] of files) await writeFile(join(folder, name), bytes);
  const paths = files.map(([name]) => join(folder, name));
  assert.deepEqual(await findSameBytes(paths), {
    groups: [
      [0, 2],
      [4, 5],
      [9, 11],
    ].sort((a, b) => a[0]! - b[0]!),
    empty: [7, 8],
  });
});

test('links to one file are the same; what is not there or no file is in no group', async (t) => {
  const folder = await temporaryFolder(t);
  const at = (name: string) => join(folder, name);
  await writeFile(at('file'), 'bytes');
  await link(at('file'), at('hard'));
  await symlink('file', at('soft'));
  await symlink('nothing', at('broken'));
  await mkdir(at('folder'));
  const paths = ['broken', 'file', 'folder', 'hard', 'gone', 'soft'].map(at);
  assert.deepEqual(await findSameBytes(paths), { groups: [[1, 3, 5]], empty: [] });
  assert.deepEqual(await findSameBytes([]), { groups: [], empty: [] });
});

test('groups are what joining by pairs comes to', () => {
  const generator = new MersenneTwister(3);
  for (let round = 0; round < 50; round++) {
    const count = 30;
    const groups = createGroups(count);
    const labels = [...Array(count).keys()];
    for (let i = 0; i < round; i++) {
      const [a, b] = [Math.floor(generator.rand() * count), Math.floor(generator.rand() * count)];
      groups.join(a!, b!);
      const [from, to] = [labels[a!]!, labels[b!]!];
      labels.forEach((label, index) => {
        if (label === from) labels[index] = to;
      });
    }
    const expected = new Map<number, number[]>();
    for (const [index, label] of labels.entries()) {
      expected.set(label, [...(expected.get(label) ?? []), index]);
    }
    assert.deepEqual(
      groups.list(),
      [...expected.values()].filter(({ length }) => length > 1),
    );
  }
});
