// One long step of a command: how far it is, how fast, and how long it will take.

import type { Unit } from '../core/context.js';

/** What is shown of a phase. */
export interface PhaseState {
  readonly label: string;
  readonly done: number;
  /** 0 where nobody knows it yet. */
  readonly total: number;
  readonly unit: Unit;
  /** Units a second; undefined while it can't be told. */
  readonly rate: number | undefined;
  /** Shown beside the bar. */
  readonly note: string;
}

/** Seconds before a rate is shown: the first ones jump. */
const settling = 0.5;

/**
 * A phase from its first report on. Two phases may take turns (features and the steps of an epoch): each one's clock runs
 * on meanwhile, so that both tell the time that is really left. One that begins in the middle (a run that goes on) is
 * measured by what it did itself.
 */
export class Phase {
  readonly #since: { readonly time: number; readonly done: number };
  #state: PhaseState;

  /** `now` is in seconds, of any clock. */
  constructor(
    private readonly label: string,
    private readonly unit: Unit,
    done: number,
    readonly total: number,
    readonly began: number,
  ) {
    this.#since = { time: began, done };
    this.#state = { label, unit, done, total, rate: undefined, note: '' };
  }

  get state(): PhaseState {
    return this.#state;
  }

  /** Whether a report is of this phase, and not of another one of the same name (the next epoch's features). */
  continuesWith(done: number, total: number): boolean {
    return done >= this.#state.done && (total === this.total || this.total === 0);
  }

  update(now: number, done: number, total: number, note: string): void {
    const seconds = now - this.#since.time;
    const more = done - this.#since.done;
    const rate = seconds > settling && more > 0 ? more / seconds : undefined;
    this.#state = { label: this.label, unit: this.unit, done, total, rate, note };
  }
}
