// Reads the entries of a zip in place. yauzl parses the central directory; the contents are read from the file
// directly, since entries of torch.save are stored uncompressed. Source: PKWARE's APPNOTE.TXT; PyTorch's writer,
// caffe2/serialize/inline_container.cc.

import { crc32 } from 'node:zlib';
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl';
import { printable, quoted, reasonOf, UserError } from '../../core/errors.js';
import { type ByteSource, damaged, type ReadNext, readFrom } from './byteSource.js';
import { inflate } from './inflate.js';

export interface Zip {
  readonly source: ByteSource;
  readonly file: ZipFile;
  readonly entries: ReadonlyMap<string, Entry>;
  /** False if all checksums are 0, as after torch.serialization.set_crc32_options(False). */
  readonly hasChecksums: boolean;
  /** The offset of the following entry, by the offset of each entry. */
  readonly nextOffset: ReadonlyMap<number, number>;
}

/** More than PyTorch writes for the largest networks. */
const maxEntries = 100_000;

/** Reads the central directory. Throws a data error (exit 3) if it is damaged. */
export async function openZip(source: ByteSource): Promise<Zip> {
  const entries = new Map<string, Entry>();
  try {
    const file = await fromRandomAccessReaderPromise(new SourceReader(source), source.size, {
      autoClose: false,
    });
    if (file.entryCount > maxEntries) {
      throw damaged(source, `expected at most ${maxEntries} entries, found ${file.entryCount}`);
    }
    for await (const entry of file.eachEntry()) {
      const { fileName } = entry;
      if (entries.has(fileName)) throw damaged(source, `entry ${quoted(fileName)} occurs twice`);
      entries.set(fileName, entry);
    }
    const hasChecksums = [...entries.values()].some((entry) => entry.crc32 !== 0);
    return { source, file, entries, hasChecksums, nextOffset: nextOffsets([...entries.values()], source) };
  } catch (error) {
    if (error instanceof UserError) throw error;
    const reason = reasonOf(error);
    const isTruncated = reason.startsWith('End of central directory record signature not found');
    throw damaged(
      source,
      isTruncated ? 'its end is missing, the file was truncated' : shorten(reason),
      error,
    );
  }
}

/** Rejects overlapping entries: with them, a small file could inflate to any size (a zip bomb). */
function nextOffsets(entries: readonly Entry[], source: ByteSource): Map<number, number> {
  const sorted = entries.toSorted((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  const next = new Map<number, number>();
  for (const [i, { fileName, relativeOffsetOfLocalHeader: offset }] of sorted.entries()) {
    if (next.has(offset)) throw damaged(source, `entry ${quoted(fileName)} overlaps another one`);
    next.set(offset, sorted[i + 1]?.relativeOffsetOfLocalHeader ?? source.size);
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
    // A damaged directory can point beyond the end of the file.
    if (position + length > this.#source.size) callback(new Error('unexpected end of file'));
    else {
      const into = buffer.subarray(offset, offset + length);
      this.#source.read(into, position).then(() => callback(null), callback);
    }
  }
}

/**
 * Passes an entry's uncompressed bytes to `use`, which must read all of them, and verifies the checksum.
 * `bytes`: the expected uncompressed size. Throws a data error (exit 3) if anything is wrong with the entry.
 */
export async function readEntry<T>(
  zip: Zip,
  name: string,
  bytes: number,
  use: (readNext: ReadNext) => Promise<T>,
): Promise<T> {
  const { source, entries, hasChecksums } = zip;
  const wrong = (problem: string, cause?: unknown) =>
    damaged(source, `entry ${quoted(name)} ${problem}`, cause);
  const entry = entries.get(name);
  if (!entry) throw wrong('is missing');
  if (entry.uncompressedSize !== bytes) {
    throw wrong(`has ${entry.uncompressedSize} bytes, expected ${bytes}`);
  }
  const begin = await dataOffset(zip, entry, wrong);
  const inflated = entry.compressionMethod === 0 ? undefined : inflate(source, begin, entry.compressedSize);
  const readRaw = inflated ? inflated.readNext : readFrom(source, begin);
  let checksum = 0;
  try {
    const result = await use(async (into) => {
      await readRaw(into);
      if (hasChecksums) checksum = crc32(into, checksum);
    });
    await inflated?.end();
    if (hasChecksums && checksum !== entry.crc32) throw wrong('has a wrong checksum');
    return result;
  } catch (error) {
    throw error instanceof UserError ? error : wrong(`can't be read: ${shorten(reasonOf(error))}`, error);
  } finally {
    inflated?.destroy();
  }
}

/** The position of an entry's contents in the file. */
async function dataOffset(
  { file, nextOffset }: Zip,
  entry: Entry,
  wrong: (problem: string, cause?: unknown) => UserError,
): Promise<number> {
  if (entry.isEncrypted()) throw wrong('is encrypted');
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
    throw wrong(`has compression method ${entry.compressionMethod}, expected 0 (stored) or 8 (deflate)`);
  }
  const { fileDataStart } = await file.readLocalFileHeaderPromise(entry, { minimal: true }).catch((error) => {
    throw wrong(`can't be found: ${shorten(reasonOf(error))}`, error);
  });
  if (fileDataStart + entry.compressedSize > nextOffset.get(entry.relativeOffsetOfLocalHeader)!) {
    throw wrong('overlaps another one');
  }
  return fileDataStart;
}

/** Error messages of yauzl can contain the name of an entry. */
const shorten = (reason: string): string => printable(reason.slice(0, 200)).replace(/\.$/, '');
