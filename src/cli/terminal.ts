// Where words go: results to stdout, everything else to stderr.

import { ExitCode, printableJson, printableText } from '../core/errors.js';
import { stderrCan } from './capabilities.js';
import { type Piece, painted } from './pieces.js';

/** A message for a person. What came into it from outside, such as a library's words, does not move the cursor. */
export function say(message: string | readonly Piece[]): void {
  process.stderr.write(`${painted(message, stderrCan.colours)}\n`);
}

/** A line of the result for a program. */
export const printJson = (value: object): Promise<void> => write(printableJson(value));

/** A line of the result for a person. */
export const printResult = (line: string): Promise<void> => write(printableText(line));

/** Resolves when more can be written, so that a slow reader slows the writer down. */
async function write(line: string): Promise<void> {
  if (gone.signal.aborted || process.stdout.write(`${line}\n`)) return;
  await new Promise((resolve) => {
    process.stdout.once('drain', resolve).once('close', resolve);
    gone.signal.addEventListener('abort', resolve, { once: true });
  });
}

/** Whether whoever read what is written here has gone away. */
const gone = new AbortController();
let whenGone = (): void => process.exit(process.exitCode ?? ExitCode.ok);

/** What to do when a reader goes away, for a command that can't just end. */
export function onReaderGone(action: () => void): void {
  whenGone = action;
}

let leave = () => {};

/** How to leave the screen as it was found, for whatever way the process ends. */
export function onLeaving(tidy: () => void): void {
  leave = tidy;
  process.once('exit', tidy);
}

/** Takes away what is drawn: a bar's timer would keep the process alive, and its cursor stay hidden. */
export const leaveScreen = (): void => leave();

/** A reader that goes away (`alexft predict ... | head -1`) is no error: there is nobody left to tell. */
export function guardStdout(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') {
        if (!gone.signal.aborted) whenGone();
        gone.abort();
        return;
      }
      if (stream === process.stdout) say(`error: Cannot write to stdout: ${error.message}`);
      process.exit(ExitCode.failure);
    });
  }
}
