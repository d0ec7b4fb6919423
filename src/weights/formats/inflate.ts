// Streaming decompression of a deflated range of a file.

import { pipeline, Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { type ByteSource, chunkBytes, type ReadNext } from './byteSource.js';

export interface Inflated {
  readonly readNext: ReadNext;
  /** Throws if bytes are left. */
  readonly end: () => Promise<void>;
  readonly destroy: () => void;
}

/** Inflates `bytes` bytes from `begin` on, only as far as they are read. */
export function inflate(source: ByteSource, begin: number, bytes: number): Inflated {
  const stream = createInflateRaw({ chunkSize: 1 << 16 });
  pipeline(Readable.from(readChunks(source, begin, bytes)), stream, () => {}); // the iterator below throws the errors
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let buffered: Buffer = Buffer.alloc(0);
  return {
    async readNext(into) {
      for (let done = 0; done < into.length; ) {
        if (buffered.length === 0) {
          const next = await chunks.next();
          if (next.done) throw new Error('it is shorter than its header says');
          buffered = next.value;
        }
        const count = buffered.copy(into, done);
        buffered = buffered.subarray(count);
        done += count;
      }
    },
    async end() {
      if (buffered.length > 0 || !(await chunks.next()).done) {
        throw new Error('it is longer than its header says');
      }
    },
    destroy: () => stream.destroy(),
  };
}

async function* readChunks(source: ByteSource, begin: number, bytes: number): AsyncGenerator<Buffer> {
  const end = begin + bytes;
  for (let at = begin; at < end; ) {
    const chunk = Buffer.alloc(Math.min(chunkBytes, end - at));
    await source.read(chunk, at);
    yield chunk;
    at += chunk.length;
  }
}
