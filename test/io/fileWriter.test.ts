import assert from 'node:assert/strict';
import { createHash, randomFillSync } from 'node:crypto';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { FileWriter } from '../../dist/io/fileWriter.js';
import { temporaryFolder } from '../support.js';

const piece = 1 << 24;

test('parts of any length are written in their order, and reported in it', async (t) => {
  const path = join(await temporaryFolder(t), 'file');
  const parts = [3, 0, piece, piece - 1, 2 * piece + 5, 7].map((length) =>
    randomFillSync(new Uint8Array(length)),
  );
  const handle = await open(path, 'wx');
  const told = createHash('sha256');
  const writer = new FileWriter(handle, (bytes) => told.update(bytes));
  for (const part of parts) await writer.write(part);
  await writer.end();
  await handle.close();
  const expected = Buffer.concat(parts);
  assert.ok(expected.equals(await readFile(path)));
  assert.equal(told.digest('hex'), createHash('sha256').update(expected).digest('hex'));
});

/** A file of which writes from byte `from` on fail, and whose other writes take only some of the bytes. */
function brokenFile(from: number) {
  const seen = { open: 0, bytes: 0 };
  const write = async (_: Uint8Array, _offset: number, length: number, position: number) => {
    seen.open += 1;
    await new Promise((done) => setTimeout(done, 5));
    seen.open -= 1;
    if (position >= from) throw Object.assign(new Error('no room'), { code: 'ENOSPC' });
    const bytesWritten = Math.min(length, 1 << 22);
    seen.bytes += bytesWritten;
    return { bytesWritten };
  };
  return { seen, handle: { write, datasync: async () => {} } as unknown as FileHandle };
}

test('what can’t be written is thrown when it is waited for, with nothing still being written', async () => {
  const { seen, handle } = brokenFile(piece);
  const writer = new FileWriter(handle);
  await writer.write(new Uint8Array(3 * piece)); // only begun
  await assert.rejects(writer.write(new Uint8Array(1)), { code: 'ENOSPC' });
  assert.deepEqual(seen, { open: 0, bytes: piece });
  await writer.end(); // it was thrown before

  const last = brokenFile(piece);
  const another = new FileWriter(last.handle);
  await another.write(new Uint8Array(piece + 1));
  await assert.rejects(another.end(), { code: 'ENOSPC' });
  assert.equal(last.seen.open, 0);
});

test('what the disk does not take is an error at the file’s end, as a later sync is not told of it', async () => {
  let syncs = 0;
  const datasync = async () => {
    syncs += 1;
    if (syncs === 1) throw Object.assign(new Error('a bad block'), { code: 'EIO' });
  };
  const write = async (_: Uint8Array, _offset: number, length: number) => ({ bytesWritten: length });
  const writer = new FileWriter({ write, datasync } as unknown as FileHandle);
  for (let i = 0; i < 5; i++) await writer.write(new Uint8Array(piece));
  await assert.rejects(writer.end(), { code: 'EIO' });
});
