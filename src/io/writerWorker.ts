// The thread of writerThread.ts: one file after the other, each order answered when it is done.

import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import { FileWriter } from './fileWriter.js';
import type { WriterOrder, WriterWord } from './writerThread.js';

interface OpenFile {
  readonly handle: FileHandle;
  readonly writer: FileWriter;
  readonly hash: Hash;
  bytes: number;
}

let file: OpenFile | undefined;

async function obey(order: WriterOrder): Promise<{ sha256?: string }> {
  if (order === 'end') {
    const { handle, writer, hash, bytes } = file!;
    try {
      await writer.end();
      await handle.truncate(bytes); // what an old file had behind that
    } finally {
      await handle.close();
    }
    return { sha256: hash.digest('hex') };
  }
  if ('begin' in order) {
    const handle = await open(order.begin, order.over ? 'r+' : 'wx');
    const hash = createHash('sha256');
    const writer = new FileWriter(handle, (bytes) => {
      hash.update(bytes);
      say({ written: bytes.length });
    });
    file = { handle, hash, writer, bytes: 0 };
  } else {
    file!.bytes += order.bytes.length;
    await file!.writer.write(order.bytes);
    await file!.writer.written();
  }
  return {};
}

const say = (word: WriterWord) => parentPort!.postMessage(word);

parentPort!.on('message', async (order: WriterOrder) => {
  say(
    await obey(order).catch((error: Error) => {
      const { message, stack } = error;
      return { error: { ...error, message, stack } };
    }),
  );
});
