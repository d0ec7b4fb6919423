// How far a long step is: a bar in a terminal, a line every few seconds elsewhere.

import cliProgress from 'cli-progress';
import { duration, onLeaving, say } from './terminal.js';

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
  if (!canDraw) return new Lines();
  const bars = new Bars();
  onLeaving(() => bars.end());
  return bars;
}

class Bars implements Progress {
  #bar: cliProgress.SingleBar | undefined;
  #label: string | undefined;
  /** Where this step's time is measured from. */
  #since = { time: 0, done: 0 };

  update(label: string, done: number, total: number, note = ''): void {
    if (label !== this.#label) this.end();
    if (!this.#bar) {
      this.#label = label;
      this.#since = { time: performance.now(), done };
      this.#bar = new cliProgress.SingleBar(
        {
          format: '{label} {bar} {percentage}%  {left}{note}',
          stream: process.stderr,
          barsize: Math.max(10, Math.min(40, (process.stderr.columns ?? 80) - 60)),
          hideCursor: true,
          clearOnComplete: true,
          gracefulExit: false, // signals are the command's business
        },
        cliProgress.Presets.shades_classic,
      );
      this.#bar.start(total, done, { label: label.padEnd(12), note, left: '' });
    }
    this.#bar.setTotal(total);
    this.#bar.update(done, { note, left: this.#timeLeft(done, total) });
  }

  /** By the rate since this bar began: cli-progress' own estimate looks at the last few updates alone. */
  #timeLeft(done: number, total: number): string {
    const seconds = (performance.now() - this.#since.time) / 1000;
    const rate = (done - this.#since.done) / seconds;
    return rate > 0 && seconds > 0.5 ? `${duration((total - done) / rate)} left  ` : '';
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
