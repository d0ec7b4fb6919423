// A segment: a file of rows that one process wrote, and a list of them. Each process writes a segment of its own and
// reads those of all others, without locks. A killed process leaves a truncated last row or line; rows that are not in
// the list do not count, and each row has a checksum.

import { type FileHandle, open, readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { type Fields, isCount, isObject } from '../../core/json.js';

/** The extensions of a segment's files. */
export const segmentFiles = { rows: '.rows', list: '.jsonl' } as const;

/** A line of the list. */
export interface RowEntry {
  /** Of the image's file. */
  readonly sha256: string;
  /** The key of the image's transform. */
  readonly transform: string;
  /** From 0. */
  readonly row: number;
  readonly crc: number;
}

/** Writes rows at the end of a segment's file. */
export class SegmentWriter {
  #rows = 0;

  private constructor(
    private readonly file: FileHandle,
    private readonly list: FileHandle,
    private readonly rowBytes: number,
  ) {}

  /** `path`: without extension. */
  static async create(path: string, rowBytes: number): Promise<SegmentWriter> {
    const file = await open(`${path}${segmentFiles.rows}`, 'wx+');
    try {
      return new SegmentWriter(file, await open(`${path}${segmentFiles.list}`, 'wx'), rowBytes);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Writes the rows first, then the list, so that listed rows exist. Throws the system's error; then none counts. */
  async append(
    images: readonly Pick<RowEntry, 'sha256' | 'transform'>[],
    rows: readonly Float32Array[],
  ): Promise<RowEntry[]> {
    const bytes = rows.map((row) => Buffer.from(row.buffer, row.byteOffset, row.byteLength));
    await writeAt(this.file, Buffer.concat(bytes), this.#rows * this.rowBytes);
    const entries = images.map(({ sha256, transform }, index) => ({
      sha256,
      transform,
      row: this.#rows + index,
      crc: crc32(bytes[index]!),
    }));
    await this.list.appendFile(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    this.#rows += rows.length;
    return entries;
  }

  /** For reading the rows. */
  get handle(): FileHandle {
    return this.file;
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.file.close(), this.list.close()]);
  }
}

/** Reads row `entry` into `row`. False where it is damaged. */
export async function readRow(file: FileHandle, entry: RowEntry, row: Float32Array): Promise<boolean> {
  const bytes = Buffer.from(row.buffer, row.byteOffset, row.byteLength);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, entry.row * bytes.length);
  return bytesRead === bytes.length && crc32(bytes) === entry.crc;
}

/** The valid lines of a segment's list. */
export async function readList(path: string): Promise<RowEntry[]> {
  return linesOf(await readFile(`${path}${segmentFiles.list}`, 'utf8'));
}

/** The valid lines of a list. */
export const linesOf = (text: string): RowEntry[] =>
  text.split('\n').flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return isObject(value) ? (lineOf(value) ?? []) : [];
    } catch {
      return [];
    }
  });

function lineOf({ sha256, transform, row, crc }: Fields): RowEntry | undefined {
  if (typeof sha256 !== 'string' || typeof transform !== 'string' || !isCount(row) || !isCount(crc)) return;
  return { sha256, transform, row, crc };
}

/** Writes all of `bytes`: one write can be partial. */
async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
