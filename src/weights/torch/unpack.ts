// Deflated bytes in a file, inflated as far as they are asked for.

import { pipeline, Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { type ByteSource, chunkBytes, type ReadNext } from './byteSource.js';

export interface Unpacked {
  readonly readNext: ReadNext;
  /** Throws where bytes are left. */
  readonly end: () => Promise<void>;
  readonly stop: () => void;
}

/** Inflates so much at a time as is asked for. */
export function unpack(source: ByteSource, begin: number, bytes: number): Unpacked {
  const inflate = createInflateRaw({ chunkSize: 1 << 16 });
  pipeline(Readable.from(packedBytes(source, begin, bytes)), inflate, () => {}); // the iterator throws what goes wrong
  const chunks = inflate[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let held: Buffer = Buffer.alloc(0);
  return {
    async readNext(into) {
      for (let done = 0; done < into.length; ) {
        if (held.length === 0) {
          const next = await chunks.next();
          if (next.done) throw new Error('it is shorter than it claims');
          held = next.value;
        }
        const count = held.copy(into, done);
        held = held.subarray(count);
        done += count;
      }
    },
    async end() {
      if (held.length > 0 || !(await chunks.next()).done) throw new Error('it is longer than it claims');
    },
    stop: () => inflate.destroy(),
  };
}

async function* packedBytes(source: ByteSource, begin: number, bytes: number): AsyncGenerator<Buffer> {
  const end = begin + bytes;
  for (let at = begin; at < end; ) {
    const part = Buffer.alloc(Math.min(chunkBytes, end - at));
    await source.read(part, at);
    yield part;
    at += part.length;
  }
}
