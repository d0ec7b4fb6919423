// Writes a large file piece by piece: the disk works while the next bytes are prepared.

import type { FileHandle } from 'node:fs/promises';

/** Bytes of one write. */
const pieceBytes = 1 << 24;

/** Bytes between syncs: the final sync has little left to do. */
const syncEvery = 1 << 25;

export class FileWriter {
  #position = 0;
  #writing: Promise<void>[] = [];
  #unsynced = 0;
  #syncing: Promise<void> | undefined;
  #unsyncable: unknown;

  /** Writes `file` from its start; the caller closes it after `end`. `onBytes` receives each piece, in order. */
  constructor(
    private readonly file: FileHandle,
    private readonly onBytes: (bytes: Uint8Array) => void = () => {},
  ) {}

  /**
   * Appends bytes, which must not change before `end`. Waits for the previous ones, so that no more than two parts are
   * in memory, and returns while these are being written. Throws the system's error of the previous ones.
   */
  async write(bytes: Uint8Array): Promise<void> {
    await this.written();
    for (let from = 0; from < bytes.length; from += pieceBytes) {
      const piece = bytes.subarray(from, from + pieceBytes);
      const writing = this.#writeAt(this.#position, piece);
      writing.catch(() => {}); // thrown when it is waited for
      this.#writing.push(writing);
      this.#position += piece.length;
      this.#unsynced += piece.length;
      this.onBytes(piece);
    }
  }

  /**
   * Resolves when all bytes were handed to the system and the file may be closed. Throws if some could not be written
   * or synced.
   */
  async end(): Promise<void> {
    await this.written().finally(() => this.#syncing);
    if (this.#unsyncable) throw this.#unsyncable;
  }

  /** Resolves when all bytes so far were handed to the system. Throws the system's error. */
  async written(): Promise<void> {
    const results = await Promise.allSettled(this.#writing);
    this.#writing = [];
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    if (this.#unsynced >= syncEvery) this.#syncing ??= this.#sync();
  }

  /** Linux reports a writeback error once only: a later sync of the whole file would succeed. */
  async #sync(): Promise<void> {
    this.#unsynced = 0;
    await this.file.datasync().catch((error) => {
      this.#unsyncable ??= error;
    });
    this.#syncing = undefined;
  }

  async #writeAt(position: number, bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.file.write(bytes, done, bytes.length - done, position + done);
      done += bytesWritten;
    }
  }
}
