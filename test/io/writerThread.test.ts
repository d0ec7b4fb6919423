import assert from 'node:assert/strict';
import { createHash, randomFillSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { type FilePart, writeInThread } from '../../dist/io/writerThread.js';
import { temporaryFolder } from '../support.js';

const piece = 1 << 24;
const random = (length: number) => randomFillSync(new Uint8Array(length));
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('parts are written in order, with their hash; only owned memory is transferred', async (t) => {
  const folder = await temporaryFolder(t);
  const parts = [5, 0, piece + 3, 2 * piece, 7].map(random);
  const expected = Buffer.concat(parts);
  const told: number[] = [];
  const owned = parts.map((_, index) => index % 2 === 0);
  const path = join(folder, 'file');
  const sum = await writeInThread(
    path,
    parts.map((bytes, index): FilePart => ({ bytes, owned: owned[index]! })),
    (count) => told.push(count),
  );
  assert.ok(expected.equals(await readFile(path)));
  assert.equal(sum, sha256(expected));
  assert.deepEqual(told, [5, piece, 3, piece, piece, 7]);
  assert.deepEqual(
    parts.map(({ length }) => length > 0),
    [false, false, false, true, false],
  );
});

test('a part is made while the previous one is written, and not earlier', async (t) => {
  const path = join(await temporaryFolder(t), 'file');
  let written = 0;
  const behind: number[] = [];
  function* parts(): Generator<FilePart> {
    for (let made = 0; made < 5; made++) {
      behind.push(made - written / piece);
      yield { bytes: random(piece), owned: true };
    }
  }
  const onBytes = (count: number) => {
    written += count;
  };
  await writeInThread(path, parts(), onBytes);
  assert.equal(behind[0], 0);
  for (const parts of behind) assert.ok(parts <= 1, `${behind}`);
});

test('errors have their codes, and the thread can write another file', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'file');
  await writeFile(path, 'here already');
  const part = { bytes: random(10), owned: false };
  await assert.rejects(writeInThread(path, [part]), { code: 'EEXIST', syscall: 'open' });
  await assert.rejects(writeInThread(join(folder, 'no', 'folder'), [part]), { code: 'ENOENT' });
  assert.equal(await readFile(path, 'utf8'), 'here already');

  function* failing(): Generator<FilePart> {
    yield part;
    throw new Error('not to be copied out');
  }
  await assert.rejects(writeInThread(join(folder, 'begun'), failing()), /not to be copied out/);
  const two = ['one', 'two'].map((name) => writeInThread(join(folder, name), [part]));
  assert.deepEqual(await Promise.all(two), [sha256(part.bytes), sha256(part.bytes)]);
});
