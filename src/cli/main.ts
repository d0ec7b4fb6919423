// Runs a command line: prints errors and sets the exit code.

import { CommanderError } from 'commander';
import { ExitCode, reasonOf, UserError } from '../core/errors.js';
import { version } from '../core/version.js';
import { isOutOfMemory } from '../engine/outOfMemory.js';
import { createProgram } from './program.js';
import { interruptedExitCode } from './terminal/interrupt.js';
import { guardOutput, printMessage, restoreTerminal } from './terminal/output.js';
import { asTyped } from './terminal/typedCommand.js';

/** Runs the command in `argv` (as `process.argv`) and sets the process's exit code. Never throws. */
export async function main(argv: readonly string[]): Promise<void> {
  guardOutput();
  try {
    process.exitCode = await createProgram().run(argv);
    restoreTerminal();
  } catch (error) {
    restoreTerminal();
    process.exitCode = report(error, argv.includes('--verbose'));
  }
}

/** Prints an error and returns its exit code. */
function report(error: unknown, verbose: boolean): ExitCode {
  if (error instanceof CommanderError) {
    // Help and version are not errors. commander has printed the others.
    return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  }
  if (error instanceof UserError) {
    printMessage([{ text: 'error:', style: 'red' }, ` ${asTyped(error.message)}`]);
    if (error.hint) printMessage(asTyped(error.hint));
    if (verbose && error.stack) printMessage(error.stack);
    return error.exitCode;
  }
  if (reasonOf(error).includes('uv_cwd')) {
    printMessage('error: The working directory no longer exists.');
    printMessage('Change to another directory.');
    return ExitCode.failure;
  }
  if (isOutOfMemory(error)) {
    printMessage(`error: Out of memory: ${reasonOf(error)}`);
    printMessage('Close other programs, or reduce --batch-size.');
    return ExitCode.failure;
  }
  const limit = openFilesLimit();
  if (isOutOfFiles(error, limit)) {
    printMessage(`error: Too many open files${limit ? `: this process may open ${limit}` : ''}.`);
    printMessage('Raise the limit: ulimit -n 1024');
    return ExitCode.failure;
  }
  // The signal aborted an operation, and has been reported.
  const interrupted = interruptedExitCode();
  if (interrupted !== undefined && error instanceof Error && error.name === 'AbortError') return interrupted;
  printMessage(error instanceof Error && error.stack ? error.stack : reasonOf(error));
  printMessage(
    `\nThis is a bug in alexft ${version} (Node ${process.version}, ${process.platform} ${process.arch}). ` +
      'Please report it with the lines above and the command that you ran.',
  );
  return ExitCode.failure;
}

/** The fewest open files with which Node can load all modules at the same time. */
const filesForModules = 256;

/** Node's module loader ignores EMFILE in some places and reports that a package is missing. */
const isOutOfFiles = (error: unknown, limit: number | undefined): boolean =>
  /\bE[MN]FILE\b|too many open files/i.test(reasonOf(error)) ||
  ((error as NodeJS.ErrnoException)?.code === 'ERR_MODULE_NOT_FOUND' &&
    (limit ?? Infinity) < filesForModules);

function openFilesLimit(): number | undefined {
  const report = process.report.getReport() as { userLimits?: { open_files?: { soft: unknown } } };
  const limit = report.userLimits?.open_files?.soft;
  return typeof limit === 'number' ? limit : undefined;
}
