// How far a long step is: a bar in a terminal, a line every few seconds elsewhere.

import type { Unit } from '../core/context.js';
import { barLine, plainProgress } from './barLine.js';
import { type Capabilities, stderrCan } from './capabilities.js';
import { wrapped } from './columns.js';
import { createLiveLine, type LiveLine } from './liveLine.js';
import { Phase } from './phase.js';
import type { Piece } from './pieces.js';
import { onLeaving, say } from './terminal.js';

export interface Progress {
  /** `note` is shown beside the bar. Another label is another phase; two phases may take turns. `total` 0: not known. */
  update(label: string, done: number, total: number, unit: Unit, note?: string): void;
  /** A phase begins here, of which the first report may be long in coming, or another phase's: its clock runs from now. */
  begin(label: string, done: number, total: number, unit: Unit): void;
  /** A line for a person, above the bar. Plain text is wrapped to the terminal; pieces are as wide as they are. */
  message(text: string | readonly Piece[]): void;
  /** Takes the bar away. */
  end(): void;
}

/** For `quiet`: nothing at all. */
const silent: Progress = { begin: () => {}, update: () => {}, message: () => {}, end: () => {} };

export function createProgress(quiet: boolean): Progress {
  if (quiet) return silent;
  if (!stderrCan.draws) return new Lines();
  const bars = new Bars(createLiveLine(process.stderr), stderrCan);
  onLeaving(() => bars.end());
  return bars;
}

const seconds = (): number => performance.now() / 1000;

/** What is over sooner than this (seconds) is not worth a bar or a line; what one had to wait for so long is, at once. */
const quick = 0.3;

/** The phases that were heard of, by label. */
class Phases {
  readonly #known = new Map<string, Phase>();
  readonly #shown = new WeakSet<Phase>();
  #heard = seconds();

  begin(label: string, done: number, total: number, unit: Unit): Phase {
    const phase = new Phase(label, unit, done, total, seconds());
    this.#known.set(label, phase);
    return phase;
  }

  /** The phase after this report; undefined while it may be over in a moment. */
  report(label: string, done: number, total: number, unit: Unit, note: string): Phase | undefined {
    const now = seconds();
    let phase = this.#known.get(label);
    if (!phase?.continuesWith(done, total)) phase = this.begin(label, done, total, unit);
    phase.update(now, done, total, note);
    const waited = now - this.#heard;
    this.#heard = now;
    if (waited < quick && now - phase.began < quick && !this.#shown.has(phase)) return undefined;
    this.#shown.add(phase);
    return phase;
  }

  /** Something else was said. */
  rest(): void {
    this.#heard = seconds();
  }
}

class Bars implements Progress {
  readonly #phases = new Phases();

  constructor(
    private readonly line: LiveLine,
    private readonly can: Capabilities,
  ) {}

  begin(label: string, done: number, total: number, unit: Unit): void {
    this.#phases.begin(label, done, total, unit);
  }

  update(label: string, done: number, total: number, unit: Unit, note = ''): void {
    const phase = this.#phases.report(label, done, total, unit, note);
    if (!phase) return;
    const { state } = phase;
    this.line.draw(() => barLine(state, this.can.columns(), this.can.unicode));
  }

  message(text: string | readonly Piece[]): void {
    this.end();
    this.#phases.rest();
    if (typeof text !== 'string') say(text);
    else for (const line of text.split('\n')) for (const part of wrapped(line, this.can.columns())) say(part);
  }

  end(): void {
    this.line.clear();
  }
}

/** Seconds between two lines about the same steps. */
const interval = 5;

class Lines implements Progress {
  readonly #phases = new Phases();
  readonly #told = new Set<string>();
  #last = Number.NEGATIVE_INFINITY;
  #next: NodeJS.Immediate | undefined;

  begin(label: string, done: number, total: number, unit: Unit): void {
    this.#phases.begin(label, done, total, unit);
  }

  update(label: string, done: number, total: number, unit: Unit, note = ''): void {
    const phase = this.#phases.report(label, done, total, unit, note);
    if (!phase) return;
    const isDue = !this.#told.has(label) || seconds() - this.#last >= interval;
    // The images of a batch are reported one by one, in one moment: the last of them is worth a line.
    if (isDue) this.#next ??= setImmediate(() => this.#tell(phase));
  }

  #tell({ state }: Phase): void {
    this.#next = undefined;
    if (state.done === state.total) return; // something else comes at once
    this.#told.add(state.label);
    this.#last = seconds();
    say(plainProgress(state));
  }

  message(text: string | readonly Piece[]): void {
    this.end();
    this.#phases.rest();
    say(text);
  }

  end(): void {
    clearImmediate(this.#next);
    this.#next = undefined;
  }
}
