// Saves a training's two models: the best one, and that of the last step.

import type { OnBytes } from '../../io/writerThread.js';
import type { Network, Snapshot } from '../../model/network.js';
import { bytesOf } from '../../model/stateDict.js';
import type { ModelDescription } from '../../weights/modelFile.js';
import type { RunFolder } from '../runFolder.js';
import { modelDescriptionOf, type RecordedTraining, type RunProgress } from './descriptions.js';

/** Disposing of it frees the best model, if that is not on the disk. */
export class ModelSaver implements Disposable {
  /** The best model, until it is on the disk. */
  #best:
    | { readonly step: number; readonly model: Snapshot; readonly description: ModelDescription }
    | undefined;
  /** Whether last.safetensors has the current parameters and figures. */
  #lastIsSaved = false;

  constructor(
    private readonly folder: RunFolder,
    private readonly training: RecordedTraining,
  ) {}

  /** The parameters or figures have changed. */
  changed(): void {
    this.#lastIsSaved = false;
  }

  /** Takes the current parameters as the best ones, in the engine's memory. */
  holdBest(progress: RunProgress): void {
    const description = modelDescriptionOf(this.training, progress);
    // Before the previous one goes, as this one may run out of memory.
    const model = this.#model.snapshot(this.training.first);
    this.#best?.model.dispose();
    this.#best = { step: progress.step, model, description };
  }

  /** What `save` has to write. */
  unsavedBytes(step: number): number {
    const last = this.#lastIsSaved ? 0 : 1;
    const best = this.#best && this.#best.step !== step ? 1 : 0;
    return (last + best) * bytesOf(this.training.network.state());
  }

  /** Saves the models that are not on the disk yet. */
  async save(progress: RunProgress, onBytes: OnBytes): Promise<void> {
    if (!this.#lastIsSaved) {
      const description = modelDescriptionOf(this.training, progress);
      await this.folder.saveModel('last', this.#model.state(), description, progress.step, onBytes);
      this.#lastIsSaved = true;
    }
    await this.saveBest(progress.step, onBytes);
  }

  async saveBest(step: number, onBytes?: OnBytes): Promise<void> {
    if (!this.#best) return;
    const { step: bestStep, model, description } = this.#best;
    if (bestStep === step && this.#lastIsSaved) await this.folder.lastIsBest();
    else await this.folder.saveModel('best', model.state(), description, bestStep, onBytes);
    model.dispose();
    this.#best = undefined;
  }

  [Symbol.dispose](): void {
    this.#best?.model.dispose();
  }

  /** What is saved as the model. */
  get #model(): Network {
    return this.training.averaged ?? this.training.network;
  }
}
