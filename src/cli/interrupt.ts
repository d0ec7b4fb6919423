// Ctrl-C and SIGTERM: the first asks the command to end well, the second ends it.

import { ExitCode } from '../core/errors.js';
import { leaveScreen, say } from './terminal.js';

const codes = { SIGINT: ExitCode.interrupted, SIGTERM: ExitCode.terminated } as const;

let exitCode: ExitCode | undefined;
const controller = new AbortController();

/** 130 or 143 once a signal came, or what `endWell` was given; undefined before. */
export const interruptedExitCode = (): ExitCode | undefined => exitCode;

/** Listens for signals from now on. `announcement` is said at the first. */
export function onInterrupt(announcement: string): AbortSignal {
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (exitCode !== undefined) process.exit(codes[name]);
      exitCode = codes[name];
      leaveScreen(); // while a bar is drawn, lines that are too long are cut
      say(`\n${announcement} (Once more to force.)`);
      controller.abort();
    });
  }
  return controller.signal;
}

/** Asks the command to end well for another reason than a signal. */
export function endWell(code: ExitCode): void {
  exitCode ??= code;
  controller.abort();
}
