// Measures how far and how fast the long operations of a command are.

import type { Unit } from '../../core/context.js';

export interface Phase {
  readonly label: string;
  readonly unit: Unit;
  readonly done: number;
  /** 0 while it is unknown. */
  readonly total: number;
  /** Units per second; undefined until it can be measured. */
  readonly rate: number | undefined;
  /** Shown after the bar. */
  readonly note: string;
}

/** Shorter phases (seconds) are not shown. After a longer wait without any report a phase is shown at once. */
const quick = 0.3;
/** Seconds until a rate is shown: the first ones are noise. */
const settling = 0.5;

interface TrackedPhase extends Phase {
  readonly began: number;
  /** For a resumed phase: not part of the rate. */
  readonly doneBefore: number;
  readonly totalAtBegin: number;
  readonly shown: boolean;
}

/** Measures phases. Clocks keep running while phases alternate, so that each shows the time that is really left. */
export class PhaseTracker {
  readonly #phases = new Map<string, TrackedPhase>();
  #lastReport: number;

  constructor(private readonly now: () => number) {
    this.#lastReport = now();
  }

  begin(label: string, done: number, total: number, unit: Unit): TrackedPhase {
    const measured = { began: this.now(), doneBefore: done, totalAtBegin: total, rate: undefined };
    const phase = { label, unit, done, total, note: '', shown: false, ...measured };
    this.#phases.set(label, phase);
    return phase;
  }

  /** The phase after this report; undefined if it may be too short to be shown. */
  report(label: string, done: number, total: number, unit: Unit, note: string): Phase | undefined {
    const now = this.now();
    let phase = this.#phases.get(label);
    const continues =
      phase && done >= phase.done && (total === phase.totalAtBegin || phase.totalAtBegin === 0);
    if (!phase || !continues) phase = this.begin(label, done, total, unit);
    const [elapsed, more] = [now - phase.began, done - phase.doneBefore];
    const rate = elapsed > settling && more > 0 ? more / elapsed : undefined;
    const shown = phase.shown || elapsed >= quick || now - this.#lastReport >= quick;
    phase = { ...phase, done, total, note, rate, shown };
    this.#phases.set(label, phase);
    this.#lastReport = now;
    return shown ? phase : undefined;
  }

  /** Something else was printed. */
  interrupt(): void {
    this.#lastReport = this.now();
  }
}
