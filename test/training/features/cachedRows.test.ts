// Rows in files: found by the bytes of an image, never by its name alone; what is damaged is made again.

import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile, rename, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { hashFiles } from '../../../dist/data/dataset/fileHash.js';
import { CachedRows, type Used } from '../../../dist/training/features/cachedRows.js';
import { MemoryRows } from '../../../dist/training/features/featureRows.js';
import { temporaryFolder } from '../../support.js';

const length = 8;
const rowBytes = 4 * length;
const old = new Date(Date.now() - 60_000);

async function prepare(t: TestContext, count = 4) {
  const folder = await temporaryFolder(t);
  const store = join(folder, 'store');
  await mkdir(store);
  const paths: string[] = [];
  for (let i = 0; i < count; i++) {
    paths.push(join(folder, `${i}.jpg`));
    await writeFile(paths[i]!, `image ${i}`);
    await utimes(paths[i]!, old, old);
  }
  let processes = 0;
  const failures: unknown[] = [];
  const open = async (more: { room?: number; paths?: readonly string[]; overflow?: number } = {}) =>
    await CachedRows.open({
      folder: store,
      name: `process-${++processes}`,
      files: await hashFiles(more.paths ?? paths),
      rowBytes,
      makeRoom: async () => more.room ?? 1e6,
      overflow: new MemoryRows(more.overflow ?? 0),
      onFailure: (error) => failures.push(error),
    });
  return { folder, store, paths, open, failures };
}

const samples = [0, 1, 2, 3].map((index) => ({ index, transform: { flip: index % 2 === 1 } }));
/** A row of which each value says whose it is. */
const rowOf = (index: number) => Float32Array.from({ length }, (_, i) => index + i / 100);
const rowsOf = (indices: readonly number[]) =>
  Float32Array.from(indices.flatMap((index) => [...rowOf(index)]));

async function found(rows: CachedRows, index: number, flip: boolean): Promise<Float32Array | undefined> {
  const row = new Float32Array(length);
  return (await rows.read({ index, transform: { flip } }, row)) ? row : undefined;
}

test('a later process finds each row, by image and flip, and no others', async (t) => {
  const { open } = await prepare(t);
  const first = await open();
  assert.ok(samples.every((sample) => !first.has(sample)));
  await first.put(samples, rowsOf([0, 1, 2, 3]));
  assert.deepEqual(await found(first, 1, true), rowOf(1), 'in the same process');
  await first.close();

  const second = await open();
  assert.equal(second.images, 4);
  for (const {
    index,
    transform: { flip },
  } of samples) {
    assert.deepEqual(await found(second, index, flip), rowOf(index));
    assert.equal(await found(second, index, !flip), undefined);
  }
  await second.close();
});

test('two processes at once keep their own, and a third finds both', async (t) => {
  const { open } = await prepare(t);
  const [one, two] = [await open(), await open()];
  for (const [rows, indices] of [
    [one, [0, 1]],
    [two, [2, 3]],
  ] as const) {
    await rows.put(
      indices.map((index) => samples[index]!),
      rowsOf(indices),
    );
  }
  await Promise.all([one.close(), two.close()]);
  const third = await open();
  for (const {
    index,
    transform: { flip },
  } of samples)
    assert.deepEqual(await found(third, index, flip), rowOf(index));
  await third.close();
});

test('an image that has other bytes under its name, size and times is another image', async (t) => {
  const { open, paths } = await prepare(t);
  const rows = await open();
  await rows.put(samples, rowsOf([0, 1, 2, 3]));
  await rows.close();
  await writeFile(paths[0]!, 'IMAGE 0');
  await writeFile(paths[2]!, 'image 2 is longer now');
  for (const path of [paths[0]!, paths[2]!]) await utimes(path, old, old);
  const later = await open();
  assert.equal(await found(later, 0, false), undefined);
  assert.equal(await found(later, 2, false), undefined);
  assert.deepEqual(await found(later, 1, true), rowOf(1));
  await later.close();
});

test('what changes while its row is made is not kept', async (t) => {
  const { open, paths } = await prepare(t);
  const rows = await open({ overflow: 1e6 });
  await writeFile(paths[0]!, 'another image');
  await rows.put(samples, rowsOf([0, 1, 2, 3]));
  assert.deepEqual(await found(rows, 0, false), rowOf(0), 'it stands for this run, as the others do');
  await rows.close();
  const later = await open();
  assert.equal(later.images, 3);
  assert.equal(await found(later, 0, false), undefined);
  await later.close();
});

test('images that were moved are found by their bytes', async (t) => {
  const { open, paths, folder } = await prepare(t);
  const rows = await open();
  await rows.put(samples, rowsOf([0, 1, 2, 3]));
  await rows.close();
  const moved = paths.map((_, i) => join(folder, `moved-${i}.png`));
  for (const [i, path] of paths.entries()) await rename(path, moved[i]!);
  const second = await open({ paths: moved });
  for (const {
    index,
    transform: { flip },
  } of samples)
    assert.deepEqual(await found(second, index, flip), rowOf(index));
  await second.close();
});

test('a damaged row, a cut off file and a list of nonsense cost rows, and never give wrong ones', async (t) => {
  const { open, store } = await prepare(t);
  const rows = await open();
  await rows.put(samples, rowsOf([0, 1, 2, 3]));
  await rows.close();
  const path = join(store, 'process-1.rows');
  assert.equal((await stat(path)).size, 4 * rowBytes);
  const bytes = await readFile(path);
  bytes[5]! ^= 8;
  await writeFile(path, bytes);
  await truncate(path, 4 * rowBytes - 1);
  await appendFile(
    join(store, 'process-1.jsonl'),
    '{"sha256":"x"\nnull\n[]\n{"sha256":1}\n{"sha256":"x","transform":1,"row":-1,"crc":0}\n',
  );
  const later = await open();
  assert.equal(await found(later, 0, false), undefined);
  assert.equal(later.has(samples[0]!), false, 'it is to be made again');
  assert.equal(await found(later, 3, true), undefined);
  assert.deepEqual(await found(later, 1, true), rowOf(1));
  await later.put([samples[0]!], rowsOf([0]));
  assert.deepEqual(await found(later, 0, false), rowOf(0));
  await later.close();
});

test('segments with rows of these images are in use, others may be removed', async (t) => {
  const { open, store, paths, failures } = await prepare(t);
  for (const index of [0, 1]) {
    const rows = await open({ paths: [paths[index]!] });
    await rows.put([{ index: 0, transform: { flip: false } }], rowsOf([index]));
    await rows.close();
  }
  let used: Used | undefined;
  const rows = await CachedRows.open({
    folder: store,
    name: 'third',
    files: await hashFiles([paths[1]!, paths[2]!]),
    rowBytes,
    makeRoom: async (found) => {
      used = found;
      return 0;
    },
    overflow: new MemoryRows(0),
    onFailure: (error) => failures.push(error),
  });
  assert.deepEqual(used, { segments: new Set([join(store, 'process-2')]), bytes: rowBytes });
  assert.equal(rows.images, 1);
  await rows.close();
});

test('what has no room, or can not be written, is kept in memory', async (t) => {
  const { open, store, failures } = await prepare(t);
  const rows = await open({ room: 2 * rowBytes + 1, overflow: rowBytes });
  await rows.put(samples, rowsOf([0, 1, 2, 3]));
  assert.deepEqual(
    samples.map((sample) => rows.has(sample)),
    [true, true, true, false],
  );
  assert.deepEqual(await found(rows, 2, false), rowOf(2));
  await rows.close();
  assert.deepEqual(failures, []);

  await writeFile(join(store, 'process-2.rows'), 'in the way');
  const other = await open({ overflow: 1e6 });
  await other.put([{ index: 0, transform: { flip: true } }], rowsOf([0]));
  assert.equal(failures.length, 1);
  assert.deepEqual(await found(other, 0, true), rowOf(0));
  await other.close();
});

test('an image that can not be read is left to the decoder', async (t) => {
  const { open, folder } = await prepare(t);
  const rows = await open({ paths: [join(folder, 'nowhere.jpg')] });
  assert.equal(rows.has({ index: 0, transform: { flip: false } }), false);
  await rows.close();
});
