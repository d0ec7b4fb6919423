// Writes a large file while it is still being made: the disk has work while the next bytes are prepared.

import type { FileHandle } from 'node:fs/promises';

/** Written at once, in bytes. */
const pieceBytes = 1 << 24;

/** Bytes after which the disk is given what there is: so the sync at the file's end finds little left to do. */
const syncEvery = 1 << 25;

export class FileWriter {
  #position = 0;
  #writing: Promise<void>[] = [];
  #unsynced = 0;
  #syncing: Promise<void> | undefined;
  #unsyncable: unknown;

  /** `file` is written from its beginning, and its owner's, who closes it after `end`. `onBytes` is given each piece, in the file's order. */
  constructor(
    private readonly file: FileHandle,
    private readonly onBytes: (bytes: Uint8Array) => void = () => {},
  ) {}

  /**
   * Takes the next bytes, which must not change until the file is ended. Waits for those before, so that no more than two
   * parts are in memory, and returns while these are being written. Throws the system's error where those could not be.
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
   * Returns when all bytes are with the system, and the file may be closed; throws where some could not be written, or not
   * be brought to the disk.
   */
  async end(): Promise<void> {
    await this.written().finally(() => this.#syncing);
    if (this.#unsyncable) throw this.#unsyncable;
  }

  /** Returns when all that was given is with the system. Throws its error where something could not be written. */
  async written(): Promise<void> {
    const results = await Promise.allSettled(this.#writing);
    this.#writing = [];
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    if (this.#unsynced >= syncEvery) this.#syncing ??= this.#sync();
  }

  /** What could not be written is told once: the sync of the whole file, later, would know nothing of it. */
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
