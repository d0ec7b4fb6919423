// The worker of writerThread.ts.

import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import { FileWriter } from './fileWriter.js';
import type { WriterRequest, WriterResponse } from './writerThread.js';

let file: { readonly handle: FileHandle; readonly writer: FileWriter; readonly hash: Hash } | undefined;

async function handle(request: WriterRequest): Promise<{ sha256?: string }> {
  if (request === 'end') {
    const { handle, writer, hash } = file!;
    await writer.end().finally(() => handle.close());
    return { sha256: hash.digest('hex') };
  }
  if ('begin' in request) {
    const handle = await open(request.begin, 'wx');
    const hash = createHash('sha256');
    const writer = new FileWriter(handle, (bytes) => {
      hash.update(bytes);
      send({ written: bytes.length });
    });
    file = { handle, hash, writer };
  } else {
    await file!.writer.write(request.bytes);
    await file!.writer.written();
  }
  return {};
}

const send = (response: WriterResponse) => parentPort!.postMessage(response);

parentPort!.on('message', async (request: WriterRequest) => {
  send(
    await handle(request).catch((error: Error) => {
      const { message, stack } = error;
      return { error: { ...error, message, stack } };
    }),
  );
});
