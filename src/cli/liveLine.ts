// The last line of a terminal, drawn again and again in place.

import { clearLine, cursorTo } from 'node:readline';
import type { WriteStream } from 'node:tty';

const cursor = { hide: '\u001b[?25l', show: '\u001b[?25h' };
/** A line that is too long for the terminal, which may have become narrower, is cut, not broken. */
const wrapping = { off: '\u001b[?7l', on: '\u001b[?7h' };

/** Milliseconds between two drawings. */
const pause = 80;

export interface LiveLine {
  /** Shows what `line` gives for the columns that there are, now or a moment later. */
  draw(line: () => string): void;
  /** Takes the line away, and shows the cursor again. */
  clear(): void;
}

export function createLiveLine(stream: WriteStream): LiveLine {
  let shown = false;
  let last = 0;
  let line = () => '';
  let timer: NodeJS.Timeout | undefined;

  const show = () => {
    clearTimeout(timer);
    timer = undefined;
    if (!shown) stream.write(cursor.hide + wrapping.off);
    shown = true;
    last = performance.now();
    cursorTo(stream, 0);
    stream.write(line());
    clearLine(stream, 1);
  };
  stream.on('resize', () => {
    if (shown) show();
  });
  return {
    draw: (given) => {
      line = given;
      const wait = last + pause - performance.now();
      if (!shown || wait <= 0) show();
      else timer ??= setTimeout(show, wait).unref(); // it keeps no process alive
    },
    clear: () => {
      clearTimeout(timer);
      timer = undefined;
      if (!shown) return;
      shown = false;
      cursorTo(stream, 0);
      clearLine(stream, 0);
      stream.write(wrapping.on + cursor.show);
    },
  };
}
