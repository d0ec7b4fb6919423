// events.jsonl: one line for each event of a run.

import { type FileHandle, open, readFile } from 'node:fs/promises';

export class EventLog {
  private constructor(
    private readonly file: FileHandle,
    /** Bytes in whole lines. */
    private length: number,
  ) {}

  /** Creates a log, which must not exist. */
  static async create(path: string): Promise<EventLog> {
    return new EventLog(await open(path, 'ax'), 0);
  }

  /** Continues a log after its first `length` bytes and removes the rest. Reports where there are fewer. */
  static async reopen(path: string, length: number, onMessage: (message: string) => void): Promise<EventLog> {
    const file = await open(path, 'a+');
    try {
      const { size } = await file.stat();
      let end = length;
      if (size < length) {
        end = (await readFile(path)).lastIndexOf('\n') + 1;
        onMessage(
          `events.jsonl has lost ${length - end} of its ${length} bytes. The training itself is complete, and continues.`,
        );
      }
      await file.truncate(end);
      return new EventLog(file, end);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Appends a line, or after a failure nothing of it. */
  async append(event: object): Promise<void> {
    const line = Buffer.from(`${JSON.stringify(event)}\n`);
    try {
      await this.file.appendFile(line);
      this.length += line.length;
    } catch (error) {
      await this.file.truncate(this.length).catch(() => {}); // verify and resume tolerate half a line
      throw error;
    }
  }

  /** Syncs all lines to the disk. Returns their length in bytes. */
  async sync(): Promise<number> {
    await this.file.datasync();
    return this.length;
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
