// Keeps a training on disk while it happens: each event, the models, and what the run was.

import { dataError, printable, reasonOf } from '../core/errors.js';
import { version } from '../core/version.js';
import type { TrainingSet } from '../data/dataset.js';
import { imageNetPreprocessing } from '../data/transforms/preprocessing.js';
import type { Engine } from '../engine/engine.js';
import type { OnBytes } from '../io/writerThread.js';
import { dropoutShare, type Widths } from '../model/alexnet.js';
import type { Network } from '../model/network.js';
import { bytesOf } from '../model/stateDict.js';
import type { ResolvedTrainOptions } from '../options/trainOptions.js';
import type {
  CheckpointEvent,
  DoneEvent,
  EpochEvent,
  ErrorEvent,
  LoopEvent,
  SkippedEvent,
  StartEvent,
} from '../training/events.js';
import type { FineTuneTask } from '../training/fineTune.js';
import type { ModelDescription } from '../weights/modelFile.js';
import type { SavedTraining } from './checkpoint.js';
import type { RecordState } from './recordState.js';
import type { RunFolder, RunState } from './runFolder.js';

interface Run {
  readonly options: ResolvedTrainOptions;
  readonly set: TrainingSet;
  readonly engine: Engine;
  readonly weights: string;
  readonly widths: Widths;
  /** Hears how far a model or a checkpoint is written, in bytes. */
  readonly onSaving: (done: number, total: number) => void;
}

export class RunRecord {
  readonly #started = new Date();
  readonly #skipped: SkippedEvent[];
  readonly #epochs: EpochEvent[];
  readonly #secondsBefore: number;
  #step: number;
  /** The step of the newest checkpoint. */
  #saved: number;
  #ended = false;
  /** Whether run.json says how it ended. */
  #told = false;

  /** `from`: the checkpoint that the run goes on from. */
  constructor(
    private readonly folder: RunFolder,
    private readonly run: Run,
    from?: SavedTraining<RecordState>,
  ) {
    this.#skipped = [...(from?.record.skipped ?? [])];
    this.#epochs = [...(from?.record.epochs ?? [])];
    this.#secondsBefore = from?.record.seconds ?? 0;
    this.#step = this.#saved = from?.step ?? 0;
  }

  async start(): Promise<StartEvent> {
    const { options, set, engine, weights } = this.run;
    const event: StartEvent = {
      event: 'start',
      schema: 1,
      options,
      device: engine.device,
      engine: engine.description,
      ...(engine.gpu && { gpu: engine.gpu }),
      weights,
      classes: set.classes,
      images: set.paths.length,
      train: set.train.length,
      validation: set.validation.length,
      skipped: this.#skipped.length,
      model: this.folder.path,
      ...(this.#step > 0 && { resumed: { step: this.#step } }),
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
    if (event.event === 'step') this.#step = event.step;
    if (event.event === 'skipped') this.#countSkipped(event);
    if (event.event === 'epoch') {
      this.#epochs.push(event);
      await this.#saveModel(network, event.best, this.#saving(bytesOf(network.state())));
    }
  }

  /** Whether a checkpoint of this step is on the disk. */
  get saved(): boolean {
    return this.#step === this.#saved;
  }

  /** Saves what a later process needs to go on from here. */
  async checkpoint(
    { network, optimizer, state }: FineTuneTask,
    onBytes: OnBytes = this.#saving(bytesOf(network.state()) + bytesOf(optimizer.state().tensors)),
  ): Promise<CheckpointEvent> {
    const record: RecordState = {
      skipped: this.#skipped,
      epochs: this.#epochs,
      seconds: this.#seconds(),
      events: await this.folder.eventsLength(),
    };
    const training = {
      step: this.#step,
      parameters: network.state(),
      optimizer: optimizer.state(),
      state,
      record,
    };
    await this.folder.checkpoint(training, onBytes);
    this.#saved = this.#step;
    const event: CheckpointEvent = { event: 'checkpoint', step: this.#step };
    await this.folder.record(event);
    return event;
  }

  /**
   * Ends the record of a run that was interrupted, with the model as it is, and with a checkpoint where there is none of
   * this step.
   */
  async interrupt(task: FineTuneTask): Promise<CheckpointEvent | undefined> {
    const { network, optimizer, state } = task;
    const onBytes = this.#saving(
      bytesOf(network.state()) + (this.saved ? 0 : bytesOf(optimizer.state().tensors)),
    );
    if (this.folder.lastStep !== this.#step)
      await this.#saveModel(network, state.best === undefined, onBytes);
    const checkpoint = this.saved ? undefined : await this.checkpoint(task, onBytes);
    await this.#end('interrupted');
    return checkpoint;
  }

  /** Ends the record of a run that went through. */
  async finish({ state, network }: FineTuneTask): Promise<DoneEvent> {
    const { set, engine, weights, options } = this.run;
    // Without a best one, it was lost, and no epoch came after.
    if (!state.best) await this.#saveModel(network, true);
    const { epoch, valAccuracy, valLoss } = state.best ?? this.#epochs.at(-1)!;
    const event: DoneEvent = {
      event: 'done',
      model: this.folder.path,
      device: engine.device,
      weights,
      images: set.paths.length - this.#skipped.length,
      skipped: this.#skipped.length,
      epochs: this.#epochs.length,
      best: { epoch, ...(valAccuracy !== undefined && { valAccuracy, valLoss: valLoss! }) },
      seconds: this.#seconds(),
    };
    await this.folder.record(event);
    await this.#end('complete', undefined, async () => {
      // What can't be removed takes room, and makes the run no worse.
      if (!options.keepCheckpoint) await this.folder.removeCheckpoints().catch(() => {});
    });
    return event;
  }

  /** Ends the record of a run that failed. What it had saved stays. */
  async fail(error: unknown): Promise<ErrorEvent> {
    const event: ErrorEvent = { event: 'error', message: reasonOf(error) };
    // The failure itself matters more than that a full disk, say, keeps it from being recorded.
    await this.folder.record(event).catch(() => {});
    if (!this.#told) await this.#end('failed', event.message).catch(() => {});
    return event;
  }

  /** `tidy` is done while the folder is still this process's. */
  async #end(state: RunState, error?: string, tidy?: () => Promise<void>): Promise<void> {
    this.#ended = true;
    try {
      await this.#write(state, error);
      this.#told = true;
      await tidy?.();
    } finally {
      await this.folder.close();
    }
  }

  #saveModel(network: Network, best: boolean, onBytes?: OnBytes): Promise<void> {
    return this.folder.saveModel(network.state(), this.#description(), { step: this.#step, best }, onBytes);
  }

  /** Tells of bytes as they are written, of `total` in all. */
  #saving(total: number): OnBytes {
    let done = 0;
    return (count) => {
      done += count;
      this.run.onSaving(done, total);
    };
  }

  #countSkipped(event: SkippedEvent): void {
    this.#skipped.push(event);
    const { file, reason } = event;
    const { maxBad, data } = this.run.options;
    const files = this.run.set.paths.length;
    if (this.#skipped.length <= maxBad * files) return;
    throw dataError(
      `Of the ${files} files, ${this.#skipped.length} can't be read so far, more than --max-bad ${maxBad} allows. ` +
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
        steps: this.#step,
        ...(last && { epoch: last.epoch, loss: last.loss, accuracy: last.accuracy }),
        ...(last?.valAccuracy !== undefined && { valLoss: last.valLoss, valAccuracy: last.valAccuracy }),
      },
    };
  }

  #seconds(): number {
    return this.#secondsBefore + (Date.now() - this.#started.getTime()) / 1000;
  }

  async #write(state: RunState, error?: string): Promise<void> {
    const { options, set, engine, weights } = this.run;
    await this.folder.writeRun({
      schema: 1,
      state,
      ...(error !== undefined && { error }),
      started: this.#started.toISOString(),
      seconds: this.#seconds(),
      options,
      seed: options.seed,
      device: engine.device,
      engine: engine.description,
      ...(engine.gpu && { gpu: engine.gpu }),
      weights,
      versions: { alexft: version, node: process.version },
      classes: set.classes,
      images: set.paths.length,
      skipped: this.#skipped.length,
      epochs: this.#epochs,
      // Of a run that goes on they would be those of a moment ago.
      ...(state !== 'running' && { sha256: await this.folder.modelSums() }),
    });
  }
}
