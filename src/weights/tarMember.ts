// One file out of a .tar.gz. It is read as it is unpacked, and no further than needed.
// Source: POSIX.1-1988, the ustar interchange format: blocks of 512 bytes, a header before each file.

import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { dataError, printable, reasonOf, UserError } from '../core/errors.js';

/** Everything in a tar begins at a multiple of it, in bytes. */
export const tarBlock = 512;

/**
 * The content of `member`, which has exactly `bytes` bytes. Throws a data error (exit 3) where the archive is damaged
 * or has no such member.
 */
export async function tarMember(archive: string, member: string, bytes: number): Promise<Buffer> {
  return await unpackMember(createReadStream(archive), archive, member, bytes);
}

/** As tarMember, from the bytes of an archive; `archive`: for messages. */
export async function unpackMember(
  packed: Readable,
  archive: string,
  member: string,
  bytes: number,
): Promise<Buffer> {
  const wrong = (what: string, cause?: unknown) =>
    dataError(`'${printable(archive)}' ${what}.`, 'Fetch it again.', cause);
  const gunzip = createGunzip();
  packed.on('error', (error) => gunzip.destroy(error));
  const take = chunksOf(packed.pipe(gunzip));
  try {
    for (;;) {
      const header = await take(tarBlock);
      if (!header || header.every((byte) => byte === 0)) throw wrong(`has no '${printable(member)}' in it`);
      const { name, size } = parseTarHeader(header) ?? {};
      if (name === undefined || size === undefined) throw wrong('is no tar archive');
      if (name === member) {
        if (size !== bytes) throw wrong(`has ${size} bytes of '${printable(member)}', expected ${bytes}`);
        const content = await take(size);
        if (content) return content;
        throw wrong('is cut short');
      }
      const padded = Math.ceil(size / tarBlock) * tarBlock;
      for (let left = padded; left > 0; left -= 64 * tarBlock) {
        if (!(await take(Math.min(left, 64 * tarBlock)))) throw wrong('is cut short');
      }
    }
  } catch (error) {
    throw error instanceof UserError
      ? error
      : wrong(`can't be unpacked: ${printable(reasonOf(error))}`, error);
  } finally {
    packed.destroy();
    gunzip.destroy();
  }
}

/** Undefined where the header's own sum is not right. */
export function parseTarHeader(header: Buffer): { name: string; size: number } | undefined {
  const text = (start: number, length: number) =>
    header.toString('utf8', start, start + length).replace(/\0.*$/s, '');
  const octal = (start: number, length: number) => Number.parseInt(text(start, length).trim(), 8);
  // The sum over the header, with the field of the sum itself read as eight spaces.
  const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 0x20 : byte), 0);
  const size = octal(124, 12);
  if (sum !== octal(148, 8) || !Number.isSafeInteger(size) || size < 0) return undefined;
  const prefix = header.toString('latin1', 257, 262) === 'ustar' ? text(345, 155) : '';
  return { name: prefix ? `${prefix}/${text(0, 100)}` : text(0, 100), size };
}

/** Gives the stream's next bytes, as many as asked for; undefined where it ends before. */
function chunksOf(stream: AsyncIterable<Buffer>): (count: number) => Promise<Buffer | undefined> {
  const chunks = stream[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  return async (count) => {
    const parts = [held];
    let have = held.length;
    while (have < count) {
      const next = await chunks.next();
      if (next.done) return undefined;
      parts.push(next.value);
      have += next.value.length;
    }
    const all = parts.length === 1 ? held : Buffer.concat(parts);
    held = all.subarray(count);
    return all.subarray(0, count);
  };
}
