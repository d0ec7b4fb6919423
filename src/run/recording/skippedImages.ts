// The unreadable images of a training, and when there are too many of them.

import { dataError, printable } from '../../core/errors.js';
import { shellWord } from '../../core/text.js';
import type { SkippedEvent } from '../../training/events.js';
import type { RecordedTraining } from './descriptions.js';

type Recorded = Pick<RecordedTraining, 'config' | 'dataset'>;

export class SkippedImages {
  readonly events: SkippedEvent[];
  /** By name, the training images of its class that may be readable. */
  #unread: Map<string, Set<string>> | undefined;

  /** `past`: those of the part of the training that is resumed. */
  constructor(
    private readonly training: Recorded,
    past: readonly SkippedEvent[] = [],
  ) {
    this.events = [...past];
  }

  /** Throws a data error where --max-bad allows fewer, or no training image of the file's class is left. */
  add(event: SkippedEvent): void {
    this.events.push(event);
    const { config, dataset } = this.training;
    const files = dataset.paths.length;
    if (config.reference === 'none') this.#requireReadableClass(event.file);
    if (this.events.length <= config.maxBad * files) return;
    throw dataError(
      `${this.events.length} of ${files} files are unreadable so far, more than --max-bad ${config.maxBad} allows. ` +
        `The last one is ${printable(event.file)}: ${event.reason}.`,
      `Is '${printable(config.data)}' the right folder? --max-bad 1 accepts any number of unreadable files.`,
    );
  }

  #requireReadableClass(file: string): void {
    const { dataset, config } = this.training;
    if (!this.#unread) {
      this.#unread = trainingImagesByName(dataset);
      for (const { file } of this.events) this.#unread.get(file)?.delete(file); // also those before a resume
    }
    const left = this.#unread.get(file);
    left?.delete(file);
    if (left?.size !== 0) return;
    const name = dataset.classes[dataset.labels[dataset.names.indexOf(file)]!]!;
    throw dataError(
      `None of the training images of the class '${printable(name)}' can be read.`,
      `alexft check --data ${shellWord(config.data)} names them. Repair them, or remove the folder.`,
    );
  }
}

/** For each training image, the names of the images of its class. */
function trainingImagesByName({ names, labels, train }: RecordedTraining['dataset']) {
  const classes = new Map<number, Set<string>>();
  for (const index of train) {
    const label = labels[index]!;
    classes.set(label, (classes.get(label) ?? new Set()).add(names[index]!));
  }
  return new Map(train.map((index) => [names[index]!, classes.get(labels[index]!)!]));
}
