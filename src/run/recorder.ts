// Records a training in its run's folder while it happens: events, models, checkpoints, and run.json.

import { dataError, printable, reasonOf } from '../core/errors.js';
import { shellWord } from '../core/text.js';
import type { OnBytes } from '../io/writerThread.js';
import type { Network, Snapshot } from '../model/network.js';
import { bytesOf } from '../model/stateDict.js';
import type {
  CheckpointEvent,
  DoneEvent,
  EpochEvent,
  ErrorEvent,
  LoopEvent,
  SkippedEvent,
  StartEvent,
  TestScore,
} from '../training/events.js';
import type { ModelDescription } from '../weights/modelFile.js';
import {
  modelDescriptionOf,
  type RecordedTraining,
  type RunEnd,
  type RunProgress,
  runFileOf,
  startEventOf,
} from './descriptions.js';
import { requireSpaceForRun } from './diskCheck.js';
import type { RecordState } from './recordState.js';
import type { Run } from './run.js';
import type { RunFolder } from './runFolder.js';
import { type SaveSchedule, saveSchedule } from './saveSchedule.js';

interface RecorderContext {
  readonly onMessage: (message: string) => void;
  readonly onProgress: (label: string, done: number, total: number, unit: 'bytes') => void;
}

/** Begins to write into the run's folder. Throws a UserError where the disk has too little space. */
export async function startRecording(
  run: Run,
  training: RecordedTraining,
  context: RecorderContext,
): Promise<Recorder> {
  await requireSpaceForRun(run.path, training);
  const folder = await run.begin(context.onMessage);
  try {
    const recorder = new Recorder(folder, training, context);
    await folder.writeSplit(training.dataset.record);
    await recorder.writeRun({ state: 'running' });
    await folder.record(recorder.startEvent);
    return recorder;
  } catch (error) {
    await folder.close().catch(() => {});
    throw error;
  }
}

/** Disposing of it saves a training that was stopped in the middle. */
class Recorder implements AsyncDisposable {
  /** The first event. */
  readonly startEvent: StartEvent;
  readonly #started = new Date();
  readonly #skipped: SkippedEvent[];
  readonly #epochs: EpochEvent[];
  readonly #secondsBefore: number;
  readonly #schedule: SaveSchedule;
  #step: number;
  /** The step of the newest checkpoint, if it has everything up to now. */
  #checkpointed: number | undefined;
  /** The best model, until it is on the disk. */
  #best:
    | { readonly step: number; readonly model: Snapshot; readonly description: ModelDescription }
    | undefined;
  /** Whether last.safetensors has the current parameters and figures. */
  #lastIsSaved = false;
  /** By name, the training images of its class that may be readable. */
  #unread: Map<string, Set<string>> | undefined;
  /** Whether run.json has its final state, or could not be given one. */
  #ended = false;

  constructor(
    private readonly folder: RunFolder,
    private readonly training: RecordedTraining,
    private readonly context: RecorderContext,
  ) {
    const { past, config, network, optimizer } = training;
    this.#skipped = [...(past?.record.skipped ?? [])];
    this.#epochs = [...(past?.record.epochs ?? [])];
    this.#secondsBefore = past?.record.seconds ?? 0;
    this.#step = this.#checkpointed = past?.step ?? 0;
    this.startEvent = startEventOf(training, folder.path, this.#progress);
    const bytes = bytesOf(network.state()) + bytesOf(optimizer.state().tensors);
    this.#schedule = saveSchedule(config.checkpointEvery, bytes);
  }

  get #progress(): RunProgress {
    const seconds = this.#secondsBefore + (Date.now() - this.#started.getTime()) / 1000;
    return { step: this.#step, skipped: this.#skipped, epochs: this.#epochs, seconds };
  }

  /** Records an event of the loop and passes it on, followed by a checkpoint where one is due. */
  async *record(event: LoopEvent): AsyncGenerator<LoopEvent | CheckpointEvent> {
    await this.folder.record(event);
    if (event.event === 'step') this.#step = event.step;
    if (event.event === 'step' || event.event === 'epoch') this.#lastIsSaved = false;
    if (event.event === 'skipped') this.#countSkipped(event);
    if (event.event === 'epoch') this.#endEpoch(event);
    yield event;
    // After the last epoch, only a run that is to be extended needs a checkpoint.
    const { state, config } = this.training;
    const continues = state.epoch <= config.epochs || config.keepCheckpoint;
    if (continues && this.#schedule.due(event) && !this.#isCheckpointed) yield await this.#checkpoint();
  }

  /** Ends the record of a training that was interrupted, with its models and a checkpoint of the last step. */
  async interrupt(): Promise<CheckpointEvent | undefined> {
    await this.#saveFinalModels();
    const checkpoint = this.#isCheckpointed ? undefined : await this.#checkpoint();
    await this.#end({ state: 'interrupted' });
    return checkpoint;
  }

  /** Ends the record of a complete training, with the score of its best model on --test, computed by `scoreTest`. */
  async *finish(
    scoreTest?: (folder: string) => Promise<TestScore | undefined>,
  ): AsyncGenerator<CheckpointEvent, DoneEvent> {
    const { dataset, engine, weights, config, state } = this.training;
    if (config.keepCheckpoint && !this.#isCheckpointed) yield await this.#checkpoint();
    await this.#saveFinalModels();
    const test = await scoreTest?.(this.folder.path); // the network has other parameters afterwards
    const { epoch, valAccuracy, valLoss } = state.best ?? this.#epochs.at(-1)!;
    const event: DoneEvent = {
      event: 'done',
      model: this.folder.path,
      device: engine.device,
      weights,
      images: dataset.paths.length - this.#skipped.length,
      skipped: this.#skipped.length,
      epochs: this.#epochs.length,
      best: { epoch, ...(valAccuracy !== undefined && { valAccuracy, valLoss: valLoss! }) },
      ...(test && { test }),
      seconds: this.#progress.seconds,
    };
    await this.folder.record(event);
    await this.#end({ state: 'complete', test });
    // A checkpoint that can't be removed only takes space.
    if (!config.keepCheckpoint) await this.folder.removeCheckpoints().catch(() => {});
    return event;
  }

  /** Ends the record of a training that failed, with its best model. Returns the error to throw. */
  async fail(caught: unknown): Promise<{ event: ErrorEvent; error: unknown }> {
    await this.#saveBest().catch(() => {}); // the failure matters more
    const error = await this.training.explain(caught, this.folder.path);
    const event: ErrorEvent = { event: 'error', message: reasonOf(error) };
    await this.folder.record(event).catch(() => {});
    if (!this.#ended) await this.#end({ state: 'failed', error: event.message }).catch(() => {});
    this.#ended = true;
    return { event, error };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      if (!this.#ended) await this.interrupt();
    } finally {
      await this.#saveBest().catch(() => {}); // where the last model could not be saved
      this.#best?.model.dispose();
      await this.folder.close();
    }
  }

  #endEpoch(event: EpochEvent): void {
    this.#epochs.push(event);
    this.#checkpointed = undefined; // one of the epoch's last step lacks its validation
    if (!event.best) return;
    const { first } = this.training;
    const description = modelDescriptionOf(this.training, this.#progress);
    const model = this.#model.snapshot(first); // before the previous one goes: this one may run out of memory
    this.#best?.model.dispose();
    this.#best = { step: this.#step, model, description };
  }

  /** What is saved as the model. */
  get #model(): Network {
    return this.training.averaged ?? this.training.network;
  }

  get #isCheckpointed(): boolean {
    return this.#step === this.#checkpointed;
  }

  /** Saves the models that are not on the disk yet, and what a later process needs to resume from here. */
  async #checkpoint(): Promise<CheckpointEvent> {
    const begin = performance.now();
    const { network, averaged, optimizer, state } = this.training;
    const apart = averaged ? bytesOf(network.state()) : 0;
    const onBytes = this.#saving(this.#unsavedBytes + bytesOf(optimizer.state().tensors) + apart);
    await this.#saveModels(onBytes);
    const { step, skipped, epochs, seconds } = this.#progress;
    const record: RecordState = { skipped, epochs, seconds, events: await this.folder.eventsLength() };
    const training = { step, parameters: network.state(), optimizer: optimizer.state(), state, record };
    await this.folder.checkpoint(training, { lastHasParameters: !averaged }, onBytes);
    this.#checkpointed = step;
    const event: CheckpointEvent = { event: 'checkpoint', step };
    await this.folder.record(event);
    this.#schedule.saved(performance.now() - begin);
    return event;
  }

  get #unsavedBytes(): number {
    const last = this.#lastIsSaved ? 0 : 1;
    const best = this.#best && this.#best.step !== this.#step ? 1 : 0;
    return (last + best) * bytesOf(this.training.network.state());
  }

  /** Without an epoch, or where a resumed run has lost its best model with no epoch after, the last one is the best. */
  async #saveFinalModels(): Promise<void> {
    await this.#saveModels(this.#saving(this.#unsavedBytes));
    if (!this.training.state.best) await this.folder.lastIsBest();
  }

  async #saveModels(onBytes: OnBytes): Promise<void> {
    if (!this.#lastIsSaved) {
      const description = modelDescriptionOf(this.training, this.#progress);
      await this.folder.saveModel('last', this.#model.state(), description, this.#step, onBytes);
      this.#lastIsSaved = true;
    }
    await this.#saveBest(onBytes);
  }

  async #saveBest(onBytes?: OnBytes): Promise<void> {
    if (!this.#best) return;
    const { step, model, description } = this.#best;
    if (step === this.#step && this.#lastIsSaved) await this.folder.lastIsBest();
    else await this.folder.saveModel('best', model.state(), description, step, onBytes);
    model.dispose();
    this.#best = undefined;
  }

  async #end(end: RunEnd): Promise<void> {
    await this.writeRun(end);
    this.#ended = true;
  }

  async writeRun(end: RunEnd): Promise<void> {
    await this.folder.writeRun({
      ...runFileOf(this.training, this.#progress, this.#started, end),
      // While it runs, the models change.
      ...(end.state !== 'running' && { sha256: await this.folder.modelSums() }),
    });
  }

  /** Reports bytes as they are written, of `total`. */
  #saving(total: number): OnBytes {
    let done = 0;
    return (count) => {
      done += count;
      this.context.onProgress('Saving', done, total, 'bytes');
    };
  }

  /** Throws a data error where too many files are unreadable. */
  #countSkipped(event: SkippedEvent): void {
    this.#skipped.push(event);
    const { config, dataset } = this.training;
    const files = dataset.paths.length;
    if (config.reference === 'none') this.#requireReadableClass(event.file);
    if (this.#skipped.length <= config.maxBad * files) return;
    throw dataError(
      `${this.#skipped.length} of ${files} files are unreadable so far, more than --max-bad ${config.maxBad} allows. ` +
        `The last one is ${printable(event.file)}: ${event.reason}.`,
      `Is '${printable(config.data)}' the right folder? --max-bad 1 accepts any number of unreadable files.`,
    );
  }

  /** Throws a data error where no training image of the file's class is left. */
  #requireReadableClass(file: string): void {
    const { dataset, config } = this.training;
    this.#unread ??= trainingImagesByName(dataset);
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
