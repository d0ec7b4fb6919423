// alexft cache as a process.

import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support.js';
import { alexft, jsonLines } from '../run.js';

test('lists each part, and clears only the features unless others are named', async (t) => {
  const cache = join(await temporaryFolder(t), 'cache');
  const run = (...words: string[]) => alexft(['cache', ...words], { env: { ALEXFT_CACHE: cache } });
  const empty = await run();
  assert.deepEqual([empty.code, empty.stderr], [0, '']);
  assert.match(empty.stdout, /^features +0 MB/);

  for (const [part, bytes] of [
    ['features/a', 2_000_000],
    ['features/b', 500_000],
    ['weights', 1000],
    ['engines/cpu', 10],
  ] as const) {
    await mkdir(join(cache, part), { recursive: true });
    await writeFile(join(cache, part, 'file'), Buffer.alloc(bytes));
  }
  const [listed] = jsonLines((await run('--json')).stdout);
  assert.equal(listed!.schema, 1);
  const parts = listed!.parts as { name: string; path: string; bytes: number }[];
  assert.deepEqual(
    parts.map(({ name, bytes }) => [name, bytes]),
    [
      ['features', 2_500_000],
      ['weights', 1000],
      ['engines', 10],
    ],
  );
  assert.equal(parts[0]!.path, join(cache, 'features'));

  const cleared = await run('clear');
  assert.deepEqual([cleared.code, cleared.stdout], [0, 'features: 2.5 MB removed\n']);
  assert.deepEqual(await readdir(join(cache, 'features')), []);
  assert.deepEqual(await readdir(join(cache, 'weights')), ['file']);
  const others = await run('clear', 'weights', 'engines', '--json');
  assert.deepEqual(
    (jsonLines(others.stdout)[0]!.cleared as { name: string; bytes: number }[]).map(({ name, bytes }) => [
      name,
      bytes,
    ]),
    [
      ['weights', 1000],
      ['engines', 10],
    ],
  );
  assert.deepEqual(await readdir(join(cache, 'engines')), []);
});

test('unknown arguments are usage errors and remove nothing', async (t) => {
  const cache = await temporaryFolder(t);
  await mkdir(join(cache, 'features', 'a'), { recursive: true });
  for (const words of [['empty'], ['clear', '..'], ['clear', 'features', '/'], ['clear', 'constructor']]) {
    const { code, stdout, stderr } = await alexft(['cache', ...words], { env: { ALEXFT_CACHE: cache } });
    assert.deepEqual([code, stdout], [2, ''], words.join(' '));
    assert.match(stderr, /^error: Expected .* for alexft cache but received '.*'\.\nUsage:\n/);
  }
  assert.deepEqual(await readdir(join(cache, 'features')), ['a']);
});
