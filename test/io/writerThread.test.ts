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

test('parts come out one behind the other, with their sum; only memory that was given goes', async (t) => {
  const folder = await temporaryFolder(t);
  const parts = [5, 0, piece + 3, 2 * piece, 7].map(random);
  const expected = Buffer.concat(parts);
  const told: number[] = [];
  const given = parts.map((_, index) => index % 2 === 0);
  const path = join(folder, 'file');
  const sum = await writeInThread(
    path,
    parts.map((bytes, index): FilePart => ({ bytes, given: given[index]! })),
    { onBytes: (count) => told.push(count) },
  );
  assert.ok(expected.equals(await readFile(path)));
  assert.equal(sum, sha256(expected));
  assert.deepEqual(told, [5, piece, 3, piece, piece, 7]);
  assert.deepEqual(
    parts.map(({ length }) => length > 0),
    [false, false, false, true, false],
  );
});

test('a part is made while the one before is written, and not before those are', async (t) => {
  const path = join(await temporaryFolder(t), 'file');
  let written = 0;
  const behind: number[] = [];
  function* parts(): Generator<FilePart> {
    for (let made = 0; made < 5; made++) {
      behind.push(made - written / piece);
      yield { bytes: random(piece), given: true };
    }
  }
  const onBytes = (count: number) => {
    written += count;
  };
  await writeInThread(path, parts(), { onBytes });
  assert.equal(behind[0], 0);
  for (const parts of behind) assert.ok(parts <= 1, `${behind}`);
});

test('errors arrive with their codes, and the thread takes another file', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'file');
  await writeFile(path, 'here already');
  const part = { bytes: random(10), given: false };
  await assert.rejects(writeInThread(path, [part], {}), { code: 'EEXIST', syscall: 'open' });
  await assert.rejects(writeInThread(join(folder, 'no', 'folder'), [part], {}), { code: 'ENOENT' });
  assert.equal(await readFile(path, 'utf8'), 'here already');

  function* failing(): Generator<FilePart> {
    yield part;
    throw new Error('not to be copied out');
  }
  await assert.rejects(writeInThread(join(folder, 'begun'), failing(), {}), /not to be copied out/);
  const two = ['one', 'two'].map((name) => writeInThread(join(folder, name), [part], {}));
  assert.deepEqual(await Promise.all(two), [sha256(part.bytes), sha256(part.bytes)]);
});

test('an old file is written over, longer or shorter, and nothing of it is left', async (t) => {
  const path = join(await temporaryFolder(t), 'file');
  for (const length of [100, 7, piece + 1, 3]) {
    const bytes = random(length);
    await writeFile(path, new Uint8Array(50), { flag: 'a' });
    const sum = await writeInThread(path, [{ bytes, given: false }], { over: true });
    assert.equal(sum, sha256(bytes));
    assert.equal(sha256(await readFile(path)), sum);
  }
});
