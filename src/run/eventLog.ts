// events.jsonl: what happened in a run, a line each.

import { type FileHandle, open, readFile } from 'node:fs/promises';

export class EventLog {
  private constructor(
    private readonly file: FileHandle,
    /** Bytes in whole lines. */
    private length: number,
  ) {}

  /** Begins a log, where there is none. */
  static async create(path: string): Promise<EventLog> {
    return new EventLog(await open(path, 'ax'), 0);
  }

  /** Goes on with a log after its first `length` bytes; what follows them goes. `tell` hears where there are fewer. */
  static async reopen(path: string, length: number, tell: (message: string) => void): Promise<EventLog> {
    const file = await open(path, 'a+');
    try {
      const { size } = await file.stat();
      let kept = length;
      if (size < length) {
        kept = (await readFile(path)).lastIndexOf('\n') + 1;
        tell(
          `events.jsonl has lost ${length - kept} of its ${length} bytes. The training itself is whole, and goes on.`,
        );
      }
      await file.truncate(kept);
      return new EventLog(file, kept);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Adds a line: all of it, or where that fails, nothing. */
  async append(event: object): Promise<void> {
    const line = Buffer.from(`${JSON.stringify(event)}\n`);
    try {
      await this.file.appendFile(line);
      this.length += line.length;
    } catch (error) {
      await this.file.truncate(this.length).catch(() => {}); // half a line is what verify and resume can do with
      throw error;
    }
  }

  /** Returns when all lines are on the disk, with their length in bytes. */
  async sync(): Promise<number> {
    await this.file.datasync();
    return this.length;
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
