// The progress of long operations: a bar on a terminal, a line every few seconds elsewhere.

import { clearScreenDown, cursorTo } from 'node:readline';
import cliProgress, { type MultiBar, type SingleBar } from 'cli-progress';
import type { Unit } from '../../core/context.js';
import { barLine, plainProgress } from './bar.js';
import { stderrCapabilities } from './capabilities.js';
import { wrap } from './columns.js';
import { onRestore, printMessage, type StyledLine } from './output.js';
import { type Phase, PhaseTracker } from './phases.js';

export interface Progress {
  /** Reports progress. Each label is a phase of its own; phases may alternate. `total` 0: not known. */
  update(label: string, done: number, total: number, unit: Unit, note?: string): void;
  /** Starts the clock of a phase whose first report may take a while. */
  begin(label: string, done: number, total: number, unit: Unit): void;
  /** Prints a message above the bar. Plain text is wrapped to the terminal, styled lines are not. */
  message(text: string | StyledLine): void;
  /** Removes the bar. */
  end(): void;
}

const silent: Progress = { begin: () => {}, update: () => {}, message: () => {}, end: () => {} };

export function createProgress(quiet: boolean): Progress {
  if (quiet) return silent;
  if (!stderrCapabilities.interactive) return new Lines();
  const bars = new Bars();
  onRestore(() => bars.end());
  return bars;
}

const seconds = (): number => performance.now() / 1000;

abstract class Reporter implements Progress {
  readonly #tracker = new PhaseTracker(seconds);

  begin(label: string, done: number, total: number, unit: Unit): void {
    this.#tracker.begin(label, done, total, unit);
  }

  update(label: string, done: number, total: number, unit: Unit, note = ''): void {
    const phase = this.#tracker.report(label, done, total, unit, note);
    if (phase) this.show(phase);
  }

  message(text: string | StyledLine): void {
    this.end();
    this.#tracker.interrupt();
    if (typeof text !== 'string') printMessage(text);
    else for (const line of wrap(text, stderrCapabilities.columns())) printMessage(line);
  }

  protected abstract show(phase: Phase): void;
  abstract end(): void;
}

/** Seconds between two drawings. */
const frame = 0.08;

class Bars extends Reporter {
  #open: { readonly bars: MultiBar; readonly bar: SingleBar } | undefined;
  #drawn = 0;

  protected override show(phase: Phase): void {
    this.#open ??= openBar(phase);
    this.#open.bar.update({ phase });
    // The timer of cli-progress does not fire while the main thread computes.
    if (seconds() - this.#drawn < frame) return;
    this.#open.bars.update();
    this.#drawn = seconds();
  }

  override end(): void {
    this.#open?.bars.stop();
    this.#open = undefined;
    this.#drawn = 0;
  }
}

/** A MultiBar, as a SingleBar restores a saved cursor position when it stops: after scrolling, the wrong one. */
function openBar(phase: Phase): { bars: MultiBar; bar: SingleBar } {
  const bars = new cliProgress.MultiBar({
    stream: process.stderr,
    format: (_options, { maxWidth }, payload: { phase: Phase }) =>
      barLine(payload.phase, maxWidth, stderrCapabilities.unicode),
    clearOnComplete: true,
    hideCursor: true,
    gracefulExit: false, // interrupt.ts handles signals
  });
  const bar = bars.create(1, 0, { phase });
  // A narrowed terminal may wrap the line. With the cursor at its start, the next drawing replaces all of its rows.
  bar.on('redraw-post', () => {
    clearScreenDown(process.stderr);
    cursorTo(process.stderr, 0);
  });
  return { bars, bar };
}

/** Seconds between two lines about the same phase. */
const interval = 5;

class Lines extends Reporter {
  readonly #printed = new Set<string>();
  #last = Number.NEGATIVE_INFINITY;
  #next: NodeJS.Immediate | undefined;

  protected override show(phase: Phase): void {
    const isDue = !this.#printed.has(phase.label) || seconds() - this.#last >= interval;
    if (!isDue && !this.#next) return;
    // The images of a batch are reported one by one: the last of them is printed.
    clearImmediate(this.#next);
    this.#next = setImmediate(() => this.#print(phase));
  }

  #print(phase: Phase): void {
    this.#next = undefined;
    if (phase.done === phase.total) return; // the next phase or a result follows
    this.#printed.add(phase.label);
    this.#last = seconds();
    printMessage(plainProgress(phase));
  }

  override end(): void {
    clearImmediate(this.#next);
    this.#next = undefined;
  }
}
