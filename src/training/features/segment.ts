// A file of rows that one process wrote, and the list that says what they are. Each process that keeps rows writes a
// segment of its own and reads those of all others: none waits for another, and nothing can be mixed. A killed process
// leaves a last row or a last line cut off; what the list does not have was not kept, and each row has a checksum.

import { type FileHandle, open, readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { PictureIdentity } from '../../data/pictureIdentity.js';
import { type Fields, isCount, isObject } from '../../jsonData.js';

/** How the files of a segment end. */
export const segmentFiles = { rows: '.rows', list: '.jsonl' } as const;

/** A row's place. */
export interface RowEntry {
  readonly sha256: string;
  readonly flip: boolean;
  /** From 0. */
  readonly row: number;
  readonly crc: number;
}

/** A line of the list: a picture's file as it was seen, and where it is given, the row made of it. */
export interface Line {
  readonly seen: PictureIdentity;
  readonly entry?: RowEntry;
}

/** Writes rows at the end of a segment's file. */
export class SegmentWriter {
  #rows = 0;

  private constructor(
    private readonly file: FileHandle,
    private readonly list: FileHandle,
    private readonly rowBytes: number,
  ) {}

  /** `path`: without an ending. */
  static async create(path: string, rowBytes: number): Promise<SegmentWriter> {
    const file = await open(`${path}${segmentFiles.rows}`, 'wx+');
    try {
      return new SegmentWriter(file, await open(`${path}${segmentFiles.list}`, 'wx'), rowBytes);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** The rows first, then the list: what is listed is there. Throws the system's error; the rows are not kept then. */
  async append(
    pictures: readonly { seen: PictureIdentity; flip: boolean }[],
    rows: readonly Float32Array[],
  ): Promise<RowEntry[]> {
    const bytes = rows.map((row) => Buffer.from(row.buffer, row.byteOffset, row.byteLength));
    await writeAt(this.file, Buffer.concat(bytes), this.#rows * this.rowBytes);
    const entries = pictures.map(({ seen: { sha256 }, flip }, index) => ({
      sha256,
      flip,
      row: this.#rows + index,
      crc: crc32(bytes[index]!),
    }));
    await this.note(pictures.map(({ seen }, index) => ({ seen, entry: entries[index]! })));
    this.#rows += rows.length;
    return entries;
  }

  /** Adds lines to the list. */
  async note(lines: readonly Line[]): Promise<void> {
    const text = lines.map(({ seen: { path, size, time, sha256 }, entry }) =>
      JSON.stringify({
        file: path,
        size,
        time,
        sha256,
        ...(entry && { flip: entry.flip, row: entry.row, crc: entry.crc }),
      }),
    );
    await this.list.appendFile(`${text.join('\n')}\n`);
  }

  /** To read the rows from. */
  get handle(): FileHandle {
    return this.file;
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.file.close(), this.list.close()]);
  }
}

/** Reads row `entry` into `row`. False where its bytes are not those that were written. */
export async function readRow(file: FileHandle, entry: RowEntry, row: Float32Array): Promise<boolean> {
  const bytes = Buffer.from(row.buffer, row.byteOffset, row.byteLength);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, entry.row * bytes.length);
  return bytesRead === bytes.length && crc32(bytes) === entry.crc;
}

/** The lines of a segment's list; those that are none of one's are passed over. */
export async function readList(path: string): Promise<Line[]> {
  return linesOf(await readFile(`${path}${segmentFiles.list}`, 'utf8'));
}

/** The lines of a list's text. */
export const linesOf = (text: string): Line[] =>
  text.split('\n').flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return isObject(value) ? (lineOf(value) ?? []) : [];
    } catch {
      return [];
    }
  });

function lineOf({ file, size, time, sha256, flip, row, crc }: Fields): Line | undefined {
  if (typeof file !== 'string' || !isCount(size) || typeof time !== 'string' || typeof sha256 !== 'string')
    return;
  const seen = { path: file, size, time, sha256 };
  if (row === undefined) return { seen };
  return typeof flip === 'boolean' && isCount(row) && isCount(crc)
    ? { seen, entry: { sha256, flip, row, crc } }
    : undefined;
}

/** All of `bytes`: a write may stop in the middle. */
async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
