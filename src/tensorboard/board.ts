// The event file of a training that runs.

import { type FileHandle, open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { writing } from '../io/outputFile.js';
import { eventFilePrefix } from '../run/runFiles.js';
import type { TrainingEvent } from '../training/events.js';
import { type Image, imageEvent, restartEvent, scalarsEvent, versionEvent } from './event.js';

/** A name that is after those of earlier files in the folder, in which order TensorBoard reads them. */
export const eventFileIn = (folder: string): string =>
  join(folder, `${eventFilePrefix}${Date.now()}.${hostname()}.${process.pid}`);

export class Board implements AsyncDisposable {
  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private step: number,
  ) {}

  /** Creates a file in the run's folder. `resumed`: the steps of earlier files that remain. Throws a UserError. */
  static async open(folder: string, resumed: number | undefined): Promise<Board> {
    const path = eventFileIn(folder);
    return await writing(path, async () => {
      const board = new Board(path, await open(path, 'wx'), resumed ?? 0);
      const time = Date.now() / 1000;
      await board.#append(versionEvent(time));
      if (resumed !== undefined) await board.#append(restartEvent({ step: resumed + 1, time }));
      return board;
    });
  }

  /** Writes the figures of a step or an epoch; other events have none. Throws a UserError. */
  async add(event: TrainingEvent): Promise<void> {
    if (event.event === 'step') this.step = event.step;
    if (event.event === 'step' || event.event === 'epoch') await this.#append(scalarsEvent(this.#now, event));
  }

  /** Throws a UserError. */
  async addImage(tag: string, image: Image): Promise<void> {
    await this.#append(imageEvent(this.#now, tag, image));
  }

  get #now() {
    return { step: this.step, time: Date.now() / 1000 };
  }

  #append(bytes: Buffer): Promise<void> {
    return writing(this.path, () => this.file.appendFile(bytes));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.file.close();
  }
}
