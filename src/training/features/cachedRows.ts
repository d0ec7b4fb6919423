// Rows of features in files of the cache, for later epochs and later runs. A row belongs to the bytes of an image, not
// to its name: a moved folder, or another one with the same images, finds it too.

import { type FileHandle, open, readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { transformKey } from '../../data/augmentation/transform.js';
import { type HashedFile, isUnchanged } from '../../data/dataset/fileHash.js';
import type { Sample } from '../../data/sampler.js';
import type { FeatureRows } from './featureRows.js';
import { type RowEntry, readList, readRow, SegmentWriter, segmentFiles } from './segment.js';

interface Place {
  readonly file: FileHandle;
  readonly entry: RowEntry;
}

/** What earlier processes have stored for the dataset. */
export interface Used {
  /** The paths of the segments, without extension. */
  readonly segments: ReadonlySet<string>;
  readonly bytes: number;
}

interface Store {
  /** The folder of the segments. It has to exist. */
  readonly folder: string;
  /** The name of this process's segment. */
  readonly name: string;
  /** The files of the dataset, by index. */
  readonly files: readonly (HashedFile | undefined)[];
  readonly rowBytes: number;
  /** Returns the bytes that may still be written. */
  readonly makeRoom: (used: Used) => Promise<number>;
  /** Stores the rows beyond that. */
  readonly overflow: FeatureRows;
  /** Called once, when writing fails. */
  readonly onFailure: (error: unknown) => void;
}

export class CachedRows implements FeatureRows {
  readonly #rows = new Map<string, Place>();
  readonly #files: FileHandle[] = [];
  #writer: Promise<SegmentWriter> | undefined;
  #room = 0;

  private constructor(private readonly store: Store) {}

  /** Reads the lists of all segments in the store's folder. Throws the system's error where it can't. */
  static async open(store: Store): Promise<CachedRows> {
    const rows = new CachedRows(store);
    const images = new Set(store.files.map((file) => file?.sha256));
    const segments = new Set<string>();
    try {
      for (const name of (await readdir(store.folder)).sort()) {
        if (!name.endsWith(segmentFiles.list)) continue;
        const path = join(store.folder, name.slice(0, -segmentFiles.list.length));
        if (await rows.#addSegment(path, images)) segments.add(path);
      }
      rows.#room = await store.makeRoom({ segments, bytes: rows.#rows.size * store.rowBytes });
    } catch (error) {
      await rows.close();
      throw error;
    }
    return rows;
  }

  /** The number of images that have rows. */
  get images(): number {
    return new Set([...this.#rows.values()].map(({ entry }) => entry.sha256)).size;
  }

  /** Returns whether the segment has rows of these images. */
  async #addSegment(path: string, images: ReadonlySet<string | undefined>): Promise<boolean> {
    const entries = (await readList(path)).filter(({ sha256 }) => images.has(sha256));
    if (entries.length === 0) return false;
    const file = await open(`${path}${segmentFiles.rows}`, 'r');
    this.#files.push(file);
    const now = new Date();
    await utimes(`${path}${segmentFiles.rows}`, now, now).catch(() => {}); // a cache of another user
    for (const entry of entries) this.#rows.set(nameOf(entry), { file, entry });
    return true;
  }

  #placeOf({ index, transform }: Sample): Place | undefined {
    const file = this.store.files[index];
    return file && this.#rows.get(nameOf({ sha256: file.sha256, transform: transformKey(transform) }));
  }

  has(sample: Sample): boolean {
    return this.#placeOf(sample) !== undefined || this.store.overflow.has(sample);
  }

  async read(sample: Sample, row: Float32Array): Promise<boolean> {
    const place = this.#placeOf(sample);
    if (!place) return await this.store.overflow.read(sample, row);
    const whole = await readRow(place.file, place.entry, row).catch(() => false);
    if (!whole) this.#rows.delete(nameOf(place.entry));
    return whole;
  }

  async put(samples: readonly Sample[], values: Float32Array): Promise<void> {
    const length = values.length / samples.length;
    const rows = samples.map((sample, index) => ({
      sample,
      values: values.subarray(index * length, (index + 1) * length),
    }));
    const stored = await this.#append(rows).catch((error) => {
      this.#room = 0;
      this.store.onFailure(error);
      return 0;
    });
    // Rows of files that changed while they were decoded, and rows beyond the limit, are for this run alone.
    for (const { sample, values } of rows) {
      if (stored === rows.length || this.#placeOf(sample)) continue;
      await this.store.overflow.put([sample], values);
    }
  }

  /** Writes as many rows as may be written. Returns their number. */
  async #append(rows: readonly { sample: Sample; values: Float32Array }[]): Promise<number> {
    const wanted: { sha256: string; transform: string; values: Float32Array }[] = [];
    for (const { sample, values } of rows) {
      const file = this.store.files[sample.index];
      if (this.#room < (wanted.length + 1) * this.store.rowBytes) break;
      if (!file || !(await isUnchanged(file))) continue;
      wanted.push({ sha256: file.sha256, transform: transformKey(sample.transform), values });
    }
    if (wanted.length === 0) return 0;
    const writer = await this.#openWriter();
    const entries = await writer.append(
      wanted,
      wanted.map(({ values }) => values),
    );
    this.#room -= entries.length * this.store.rowBytes;
    for (const entry of entries) this.#rows.set(nameOf(entry), { file: writer.handle, entry });
    return entries.length;
  }

  #openWriter(): Promise<SegmentWriter> {
    this.#writer ??= SegmentWriter.create(join(this.store.folder, this.store.name), this.store.rowBytes);
    return this.#writer;
  }

  async close(): Promise<void> {
    await this.#writer?.then((writer) => writer.close()).catch(() => {});
    await Promise.allSettled(this.#files.map((file) => file.close()));
    await this.store.overflow.close();
  }
}

const nameOf = ({ sha256, transform }: Pick<RowEntry, 'sha256' | 'transform'>): string =>
  `${sha256} ${transform}`;
