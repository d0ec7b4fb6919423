// Keeps a training on disk while it happens: each event, the models, and what the run was.

import { imageNetPreprocessing } from '../data/preprocessing.js';
import type { Engine } from '../engine/engine.js';
import { dataError, printable, reasonOf } from '../errors.js';
import { dropoutShare, type Widths } from '../model/alexnet.js';
import type { ModelDescription } from '../model/modelFile.js';
import type { Network } from '../model/network.js';
import type { ResolvedTrainOptions } from '../options/trainOptions.js';
import type {
  DoneEvent,
  EpochEvent,
  ErrorEvent,
  LoopEvent,
  SkippedEvent,
  StartEvent,
} from '../training/events.js';
import type { RunFolder, RunState } from '../training/runFolder.js';
import { version } from '../version.js';
import type { TrainingSet } from './trainingSet.js';

interface Run {
  readonly options: ResolvedTrainOptions;
  readonly set: TrainingSet;
  readonly engine: Engine;
  readonly weights: string;
  readonly widths: Widths;
}

export class RunRecord {
  readonly #started = new Date();
  #skipped = 0;
  #epochs: EpochEvent[] = [];
  #best: EpochEvent | undefined;
  #steps = 0;
  #ended = false;

  constructor(
    private readonly folder: RunFolder,
    private readonly run: Run,
  ) {}

  async start(): Promise<StartEvent> {
    const { options, set, engine, weights } = this.run;
    const event: StartEvent = {
      event: 'start',
      schema: 1,
      options,
      device: engine.device,
      engine: engine.description,
      weights,
      classes: set.classes,
      images: set.paths.length,
      train: set.train.length,
      validation: set.validation.length,
      skipped: 0,
      model: this.folder.path,
    };
    await this.folder.writeSplit(set.record);
    await this.#write('running');
    await this.folder.record(event);
    return event;
  }

  /** Whether the run's record is complete: then nothing may be added. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Records an event of the loop; after an epoch, the model too. Throws when too many files are unreadable. */
  async take(event: LoopEvent, network: Network): Promise<void> {
    await this.folder.record(event);
    if (event.event === 'step') this.#steps = event.step;
    if (event.event === 'skipped') this.#countSkipped(event);
    if (event.event === 'epoch') {
      this.#epochs.push(event);
      if (event.best) this.#best = event;
      await this.folder.saveModel(new Map(network.state()), this.#description(), event.best);
    }
  }

  /** Ends the record of a run that went through, or that was interrupted: then with the model as it is. */
  async finish(network: Network, interrupted: boolean): Promise<DoneEvent | undefined> {
    if (interrupted) {
      const onlyModel = this.#best === undefined;
      await this.folder.saveModel(new Map(network.state()), this.#description(), onlyModel);
      await this.#end('interrupted');
      return undefined;
    }
    const { set, engine, weights } = this.run;
    const { epoch, valAccuracy, valLoss } = this.#best!;
    const event: DoneEvent = {
      event: 'done',
      model: this.folder.path,
      device: engine.device,
      weights,
      images: set.paths.length - this.#skipped,
      skipped: this.#skipped,
      epochs: this.#epochs.length,
      best: { epoch, ...(valAccuracy !== undefined && { valAccuracy, valLoss: valLoss! }) },
      seconds: this.#seconds(),
    };
    await this.folder.record(event);
    await this.#end('complete');
    return event;
  }

  /** Ends the record of a run that failed. What it had saved stays. */
  async fail(error: unknown): Promise<ErrorEvent> {
    const event: ErrorEvent = { event: 'error', message: reasonOf(error) };
    // The failure itself matters more than that a full disk, say, keeps it from being recorded.
    await this.folder.record(event).catch(() => {});
    await this.#end('failed', event.message).catch(() => {});
    return event;
  }

  async #end(state: RunState, error?: string): Promise<void> {
    this.#ended = true;
    try {
      await this.#write(state, error);
    } finally {
      await this.folder.close();
    }
  }

  #countSkipped({ file, reason }: SkippedEvent): void {
    this.#skipped += 1;
    const { maxBad, data } = this.run.options;
    const files = this.run.set.paths.length;
    if (this.#skipped <= maxBad * files) return;
    throw dataError(
      `Of the ${files} files, ${this.#skipped} can't be read so far, more than --max-bad ${maxBad} allows. ` +
        `The last is ${printable(file)}: ${reason}.`,
      `Is '${printable(data)}' the right folder? --max-bad 1 goes on whatever is unreadable.`,
    );
  }

  #description(): ModelDescription {
    const last = this.#epochs.at(-1);
    return {
      architecture: { name: 'alexnet', widths: this.run.widths, dropout: dropoutShare },
      classes: this.run.set.classes,
      preprocessing: imageNetPreprocessing,
      training: {
        alexft: version,
        weights: this.run.weights,
        trainable: this.run.options.trainable,
        seed: this.run.options.seed,
        steps: this.#steps,
        ...(last && { epoch: last.epoch, loss: last.loss, accuracy: last.accuracy }),
        ...(last?.valAccuracy !== undefined && { valLoss: last.valLoss, valAccuracy: last.valAccuracy }),
      },
    };
  }

  #seconds(): number {
    return (Date.now() - this.#started.getTime()) / 1000;
  }

  #write(state: RunState, error?: string): Promise<void> {
    const { options, set, engine, weights } = this.run;
    return this.folder.writeRun({
      schema: 1,
      state,
      ...(error !== undefined && { error }),
      started: this.#started.toISOString(),
      seconds: this.#seconds(),
      options,
      seed: options.seed,
      device: engine.device,
      engine: engine.description,
      weights,
      versions: { alexft: version, node: process.version },
      classes: set.classes,
      images: set.paths.length,
      skipped: this.#skipped,
      epochs: this.#epochs,
    });
  }
}
