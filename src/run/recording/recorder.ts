// Records a training in its run's folder while it happens: events, models, checkpoints, and run.json.

import { reasonOf } from '../../core/errors.js';
import type { OnBytes } from '../../io/writerThread.js';
import { bytesOf } from '../../model/stateDict.js';
import type {
  CheckpointEvent,
  DoneEvent,
  EpochEvent,
  ErrorEvent,
  LoopEvent,
  StartEvent,
  TestScore,
} from '../../training/events.js';
import type { RecordState } from '../checkpoint/recordState.js';
import { requireSpaceForRun } from '../diskCheck.js';
import type { Run } from '../run.js';
import type { RunFolder } from '../runFolder.js';
import {
  type RecordedTraining,
  type RunEnd,
  type RunProgress,
  runFileOf,
  startEventOf,
} from './descriptions.js';
import { ModelSaver } from './modelSaver.js';
import { type SaveSchedule, saveSchedule } from './saveSchedule.js';
import { SkippedImages } from './skippedImages.js';

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
export class Recorder implements AsyncDisposable {
  /** The first event. */
  readonly startEvent: StartEvent;
  readonly #started = new Date();
  readonly #skipped: SkippedImages;
  readonly #models: ModelSaver;
  readonly #epochs: EpochEvent[];
  readonly #secondsBefore: number;
  readonly #schedule: SaveSchedule;
  #step: number;
  /** The step of the newest checkpoint, if it has everything up to now. */
  #checkpointed: number | undefined;
  /** Whether run.json has its final state, or could not be given one. */
  #ended = false;

  constructor(
    private readonly folder: RunFolder,
    private readonly training: RecordedTraining,
    private readonly context: RecorderContext,
  ) {
    const { past, config, network, optimizer } = training;
    this.#skipped = new SkippedImages(training, past?.record.skipped);
    this.#models = new ModelSaver(folder, training);
    this.#epochs = [...(past?.record.epochs ?? [])];
    this.#secondsBefore = past?.record.seconds ?? 0;
    this.#step = this.#checkpointed = past?.step ?? 0;
    this.startEvent = startEventOf(training, folder.path, this.#progress);
    const bytes = bytesOf(network.state()) + bytesOf(optimizer.state().tensors);
    this.#schedule = saveSchedule(config.checkpointEvery, bytes);
  }

  get #progress(): RunProgress {
    const seconds = this.#secondsBefore + (Date.now() - this.#started.getTime()) / 1000;
    return { step: this.#step, skipped: this.#skipped.events, epochs: this.#epochs, seconds };
  }

  /** Records an event of the loop and passes it on, followed by a checkpoint where one is due. */
  async *record(event: LoopEvent): AsyncGenerator<LoopEvent | CheckpointEvent> {
    await this.folder.record(event);
    if (event.event === 'step') this.#step = event.step;
    if (event.event === 'step' || event.event === 'epoch') this.#models.changed();
    if (event.event === 'skipped') this.#skipped.add(event);
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
    scoreTest?: () => Promise<TestScore | undefined>,
  ): AsyncGenerator<CheckpointEvent, DoneEvent> {
    const { dataset, engine, weights, config, state } = this.training;
    if (config.keepCheckpoint && !this.#isCheckpointed) yield await this.#checkpoint();
    await this.#saveFinalModels();
    const skipped = this.#skipped.events.length;
    const test = await scoreTest?.(); // the network has other parameters afterwards
    const { epoch, valAccuracy, valLoss } = state.best ?? this.#epochs.at(-1)!;
    const event: DoneEvent = {
      event: 'done',
      model: this.folder.path,
      device: engine.device,
      weights,
      images: dataset.paths.length - skipped,
      skipped,
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
    await this.#models.saveBest(this.#step).catch(() => {}); // the failure matters more
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
      await this.#models.saveBest(this.#step).catch(() => {}); // where the last model could not be saved
      this.#models[Symbol.dispose]();
      await this.folder.close();
    }
  }

  #endEpoch(event: EpochEvent): void {
    this.#epochs.push(event);
    this.#checkpointed = undefined; // one of the epoch's last step lacks its validation
    if (event.best) this.#models.holdBest(this.#progress);
  }

  get #isCheckpointed(): boolean {
    return this.#step === this.#checkpointed;
  }

  /** Saves the models that are not on the disk yet, and what a later process needs to resume from here. */
  async #checkpoint(): Promise<CheckpointEvent> {
    const begin = performance.now();
    const { network, averaged, optimizer, state } = this.training;
    const apart = averaged ? bytesOf(network.state()) : 0;
    const onBytes = this.#saving(
      this.#models.unsavedBytes(this.#step) + bytesOf(optimizer.state().tensors) + apart,
    );
    await this.#models.save(this.#progress, onBytes);
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

  /** Without an epoch, or where a resumed run has lost its best model with no epoch after, the last one is the best. */
  async #saveFinalModels(): Promise<void> {
    await this.#models.save(this.#progress, this.#saving(this.#models.unsavedBytes(this.#step)));
    if (!this.training.state.best) await this.folder.lastIsBest();
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
}
