// How far a long step is: a bar in a terminal, a line every few seconds elsewhere.

import cliProgress from 'cli-progress';
import { say } from './terminal.js';

export interface Progress {
  /** `note` is shown beside the bar. Steps with another label begin a new bar. */
  update(label: string, done: number, total: number, note?: string): void;
  /** A line for a person, above the bar. */
  message(text: string): void;
  /** Takes the bar away. */
  end(): void;
}

/** For `quiet`: nothing at all. */
const silent: Progress = { update: () => {}, message: () => {}, end: () => {} };

export function createProgress(quiet: boolean): Progress {
  if (quiet) return silent;
  const canDraw = process.stderr.isTTY && process.env.TERM !== 'dumb';
  return canDraw ? new Bars() : new Lines();
}

class Bars implements Progress {
  #bar: cliProgress.SingleBar | undefined;
  #label: string | undefined;

  update(label: string, done: number, total: number, note = ''): void {
    if (label !== this.#label) this.end();
    if (!this.#bar) {
      this.#label = label;
      this.#bar = new cliProgress.SingleBar(
        {
          format: '{label} {bar} {percentage}%  {eta_formatted} left  {note}',
          stream: process.stderr,
          barsize: Math.max(10, Math.min(40, (process.stderr.columns ?? 80) - 60)),
          hideCursor: true,
          clearOnComplete: true,
          gracefulExit: false, // signals are the command's business
        },
        cliProgress.Presets.shades_classic,
      );
      this.#bar.start(total, done, { label: label.padEnd(12), note });
    }
    this.#bar.setTotal(total);
    this.#bar.update(done, { note });
  }

  message(text: string): void {
    this.end();
    say(text);
  }

  end(): void {
    this.#bar?.stop();
    this.#bar = undefined;
    this.#label = undefined;
  }
}

/** Seconds between two lines about the same step. */
const interval = 5;

class Lines implements Progress {
  #label: string | undefined;
  #last = 0;

  update(label: string, done: number, total: number, note = ''): void {
    const now = performance.now() / 1000;
    const isNew = label !== this.#label;
    if (isNew) this.#label = label;
    else if (now - this.#last < interval) return;
    this.#last = now;
    const share = total > 0 ? `${Math.floor((100 * done) / total)}%` : `${done}`;
    say(`${label}: ${share}${note && `  ${note}`}`);
  }

  message(text: string): void {
    say(text);
  }

  end(): void {
    this.#label = undefined;
  }
}
