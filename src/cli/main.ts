// The command line: from words to a command, from a result or an error to an exit code.

import { CommanderError } from 'commander';
import { ExitCode, reasonOf, UserError } from '../core/errors.js';
import { version } from '../core/version.js';
import { isOutOfMemory } from '../engine/outOfMemory.js';
import { interruptedExitCode } from './interrupt.js';
import { styled } from './pieces.js';
import { createProgram } from './program.js';
import { guardStdout, leaveScreen, say } from './terminal.js';

/** Runs the command that `argv` (as `process.argv`) asks for, and sets the process's exit code. Never throws. */
export async function main(argv: readonly string[]): Promise<void> {
  guardStdout();
  try {
    process.exitCode = await createProgram().run(argv);
  } catch (error) {
    leaveScreen();
    process.exitCode = explain(error, argv.includes('--verbose'));
  }
}

/** Tells the user what went wrong, and gives the exit code for it. */
function explain(error: unknown, verbose: boolean): ExitCode {
  if (error instanceof CommanderError) {
    // Help and version are no errors; for the rest, commander has said what is wrong.
    return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  }
  if (error instanceof UserError) {
    say([styled('red', 'error:'), ` ${error.message}`]);
    if (error.hint) say(error.hint);
    if (verbose && error.stack) say(error.stack);
    return error.exitCode;
  }
  if (reasonOf(error).includes('uv_cwd')) {
    say('error: The working directory is not there any more.');
    say('Change into one that is.');
    return ExitCode.failure;
  }
  if (isOutOfMemory(error)) {
    say(`error: There is not enough memory: ${reasonOf(error)}`);
    say('End other programs, or give less at a time (--batch-size).');
    return ExitCode.failure;
  }
  // What was going on was given up because of the signal: that is no failure, and it has been answered already.
  const interrupted = interruptedExitCode();
  if (interrupted !== undefined && error instanceof Error && error.name === 'AbortError') return interrupted;
  say(error instanceof Error && error.stack ? error.stack : reasonOf(error));
  say(
    `\nThis is a bug in alexft ${version} (Node ${process.version}, ${process.platform} ${process.arch}). ` +
      'Please report it with the lines above and the command that you ran.',
  );
  return ExitCode.failure;
}
