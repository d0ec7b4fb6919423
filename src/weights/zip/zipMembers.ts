// The members of a zip that torch.save wrote, each at its place in the file. yauzl reads the zip's directory; bytes that
// are stored as they are (torch packs none) are then read from where they lie.
// Source: PKWARE's APPNOTE.TXT; torch's own writer is caffe2/serialize/inline_container.cc.

import { crc32 } from 'node:zlib';
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl';
import { dataError, printable, reasonOf, UserError } from '../../core/errors.js';
import { type ByteSource, type ReadNext, readFrom } from '../torch/byteSource.js';
import { unpack } from '../torch/unpack.js';

export interface ZipMembers {
  readonly source: ByteSource;
  readonly zip: ZipFile;
  readonly entries: ReadonlyMap<string, Entry>;
  /** Whether the file was written without sums: torch.serialization.set_crc32_options(False) leaves them all 0. */
  readonly withoutSums: boolean;
  /** Where the next member begins after the one that begins at the key. */
  readonly next: ReadonlyMap<number, number>;
}

/** More than torch writes for the largest networks. */
const mostMembers = 100_000;

/** An error about a damaged file. */
export const damaged = ({ name }: ByteSource, what: string, cause?: unknown): UserError =>
  dataError(
    `'${printable(name)}' is a damaged file of torch.save: ${what}.`,
    'Fetch or save the file again.',
    cause,
  );

/** Reads the zip's directory. Throws a data error (exit 3) where it is damaged. */
export async function openZip(source: ByteSource): Promise<ZipMembers> {
  const entries = new Map<string, Entry>();
  try {
    const zip = await fromRandomAccessReaderPromise(new SourceReader(source), source.size, {
      autoClose: false,
    });
    if (zip.entryCount > mostMembers) throw damaged(source, `it claims ${zip.entryCount} members`);
    for await (const entry of zip.eachEntry()) {
      const { fileName } = entry;
      if (entries.has(fileName)) throw damaged(source, `it has ${shown(fileName)} twice`);
      entries.set(fileName, entry);
    }
    const withoutSums = [...entries.values()].every((entry) => entry.crc32 === 0);
    return { source, zip, entries, withoutSums, next: nextPlaces([...entries.values()], source) };
  } catch (error) {
    if (error instanceof UserError) throw error;
    const reason = reasonOf(error);
    const isCut = reason.startsWith('End of central directory record signature not found');
    throw damaged(source, isCut ? 'its end is missing: it was cut short' : shorten(reason), error);
  }
}

/** No member may lie over another: what is named twice would be unpacked twice, a small file to any size. */
function nextPlaces(entries: readonly Entry[], source: ByteSource): Map<number, number> {
  const inOrder = entries.toSorted((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  const next = new Map<number, number>();
  for (const [i, { fileName, relativeOffsetOfLocalHeader: place }] of inOrder.entries()) {
    if (next.has(place)) throw damaged(source, `its member ${shown(fileName)} lies over another`);
    next.set(place, inOrder[i + 1]?.relativeOffsetOfLocalHeader ?? source.size);
  }
  return next;
}

class SourceReader extends RandomAccessReader {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    super();
    this.#source = source;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    // A damaged zip can send its reader anywhere.
    if (position + length > this.#source.size) callback(new Error('it ends too early'));
    else {
      const into = buffer.subarray(offset, offset + length);
      this.#source.read(into, position).then(() => callback(null), callback);
    }
  }
}

/**
 * Gives a member's bytes to `use`, which has to read all of them, and checks their sum. `bytes`: how many they have to
 * be. Throws a data error (exit 3) where something is wrong with them.
 */
export async function readMember<T>(
  members: ZipMembers,
  name: string,
  bytes: number,
  use: (readNext: ReadNext) => Promise<T>,
): Promise<T> {
  const { source, entries, withoutSums } = members;
  const wrong = (what: string, cause?: unknown) =>
    damaged(source, `its member ${shown(name)} ${what}`, cause);
  const entry = entries.get(name);
  if (!entry) throw damaged(source, `it has no member ${shown(name)}`);
  if (entry.uncompressedSize !== bytes) {
    throw wrong(`has ${entry.uncompressedSize} bytes, expected ${bytes}`);
  }
  const begin = await placeOf(members, entry, wrong);
  const isStored = entry.compressionMethod === 0;
  const unpacked = isStored ? undefined : unpack(source, begin, entry.compressedSize);
  const raw = unpacked ? unpacked.readNext : readFrom(source, begin);
  let sum = 0;
  try {
    const result = await use(async (into) => {
      await raw(into);
      if (!withoutSums) sum = crc32(into, sum);
    });
    await unpacked?.end();
    if (!withoutSums && sum !== entry.crc32) throw wrong('has another checksum than was written');
    return result;
  } catch (error) {
    throw error instanceof UserError ? error : wrong(`can't be unpacked: ${shorten(reasonOf(error))}`, error);
  } finally {
    unpacked?.stop();
  }
}

/** Where a member's bytes begin. */
async function placeOf(
  { zip, next }: ZipMembers,
  entry: Entry,
  wrong: (what: string, cause?: unknown) => UserError,
): Promise<number> {
  if (entry.isEncrypted()) throw wrong('is encrypted');
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
    throw wrong(`is packed by method ${entry.compressionMethod}, and only deflate can be unpacked`);
  }
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true }).catch((error) => {
    throw wrong(`can't be found: ${shorten(reasonOf(error))}`, error);
  });
  if (fileDataStart + entry.compressedSize > next.get(entry.relativeOffsetOfLocalHeader)!) {
    throw wrong('lies over another');
  }
  return fileDataStart;
}

/** yauzl's words, which have a member's name in them. */
const shorten = (reason: string): string => printable(reason.slice(0, 200)).replace(/\.$/, '');

const shown = (name: string): string => `'${printable(name.slice(0, 100))}'`;
