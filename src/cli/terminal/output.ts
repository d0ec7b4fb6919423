// Writes to stdout (results) and stderr (messages), without control characters from outside.

import picocolors from 'picocolors';
import { ExitCode, printableJson, printableText } from '../../core/errors.js';
import { stderrCapabilities } from './capabilities.js';

/** `dim` and the basic colors adapt to the terminal's theme. */
type Style = 'bold' | 'dim' | 'green' | 'red';

/** A line in pieces, some of them styled. */
export type StyledLine = readonly (string | { readonly text: string; readonly style: Style })[];

/** The line without its styles. */
export const plain = (line: StyledLine): string =>
  line.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('');

/** The line with ANSI colors. Escape sequences inside the text are made visible. */
export function painted(line: StyledLine, colors: boolean): string {
  const paint = picocolors.createColors(colors);
  return line
    .map((piece) =>
      typeof piece === 'string' ? printableText(piece) : paint[piece.style](printableText(piece.text)),
    )
    .join('');
}

/** Prints a message to stderr. */
export function printMessage(message: string | StyledLine): void {
  const line = typeof message === 'string' ? [message] : message;
  process.stderr.write(`${painted(line, stderrCapabilities.colors)}\n`);
}

/** Prints a result for programs to stdout. */
export const printJson = (value: object): Promise<void> => write(printableJson(value));

/** Prints a line of a result for people to stdout. */
export const printResult = (line: string): Promise<void> => write(printableText(line));

/** Resolves when stdout accepts more, so that a slow reader slows down the command. */
async function write(line: string): Promise<void> {
  if (readerGone.signal.aborted || process.stdout.write(`${line}\n`)) return;
  await new Promise((resolve) => {
    process.stdout.once('drain', resolve).once('close', resolve);
    readerGone.signal.addEventListener('abort', resolve, { once: true });
  });
}

const readerGone = new AbortController();
let whenReaderGone = (): void => process.exit(process.exitCode ?? ExitCode.ok);

/** Sets what to do when the reader of the output closes the pipe. Default: exit. */
export function onReaderGone(action: () => void): void {
  whenReaderGone = action;
}

/** Handles errors of the output streams. A closed pipe (`alexft predict ... | head -1`) is not an error. */
export function guardOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') {
        if (!readerGone.signal.aborted) whenReaderGone();
        readerGone.abort();
        return;
      }
      if (error.code === 'EIO' && stream.isTTY) return; // the terminal was closed, and SIGHUP stops the command
      if (stream === process.stdout) printMessage(`error: Cannot write to stdout: ${error.message}`);
      process.exit(ExitCode.failure);
    });
  }
}

let restore = () => {};

/** Sets how to restore the terminal. It also runs when the process exits. */
export function onRestore(action: () => void): void {
  restore = action;
  process.once('exit', action);
}

/** Clears a progress bar, shows the cursor and stops the timer that would keep the process alive. */
export const restoreTerminal = (): void => restore();
