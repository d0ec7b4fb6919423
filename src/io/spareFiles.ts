// Files that are no longer needed, kept for a while to be written over. An old file has its blocks on the disk and its
// pages in the system's memory already: writing over it takes less than half the time of a new one, and on a virtual
// machine that gives freed memory back to its host, a tenth (node bench/saveSpeed.mjs; docs/performance.md).

import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { temporarySuffix } from './atomic.js';

/** Files of the same tensors differ by what is said of them. */
const largestHeader = 1 << 20;

interface Spare {
  readonly path: string;
  readonly bytes: number;
}

export class SpareFiles {
  #spares: Spare[] = [];
  #count = 0;

  /** They lie in `folder`, on the same file system as all that is given, under names of unfinished files. */
  constructor(private readonly folder: string) {}

  /**
   * Keeps the file `path`, which loses that name. One that has another name as well is somebody's, and left as it is; so is
   * one that can't be moved.
   */
  async keep(path: string): Promise<void> {
    try {
      const { nlink, size } = await stat(path);
      if (nlink > 1) return;
      const spare = join(this.folder, `spare-${++this.#count}${temporarySuffix}`);
      await rename(path, spare);
      this.#spares.push({ path: spare, bytes: size });
    } catch {
      // It is only for speed.
    }
  }

  /** Gives the one that fits a file of `bytes` the name `path`, which must be free. Returns whether there was one. */
  async take(path: string, bytes: number): Promise<boolean> {
    const spare = this.#fitting(bytes);
    if (!spare) return false;
    this.#spares = this.#spares.filter((other) => other !== spare);
    return await rename(spare.path, path).then(
      () => true,
      () => false,
    );
  }

  /** How many bytes less the disk needs to have free for a file of `bytes`. */
  roomFor(bytes: number): number {
    return Math.min(bytes, this.#fitting(bytes)?.bytes ?? 0);
  }

  /** The largest that is hardly larger: those beyond are for larger files. */
  #fitting(bytes: number): Spare | undefined {
    return this.#spares
      .filter((spare) => spare.bytes <= bytes + largestHeader)
      .sort((a, b) => b.bytes - a.bytes)
      .at(0);
  }

  /** Removes them. */
  async clear(): Promise<void> {
    for (const { path } of this.#spares.splice(0)) await rm(path, { force: true }).catch(() => {});
  }
}
