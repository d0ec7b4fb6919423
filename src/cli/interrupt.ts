// Ctrl-C and SIGTERM: the first asks the command to end well, the second ends it.

import { ExitCode } from '../errors.js';
import { say } from './terminal.js';

const codes = { SIGINT: ExitCode.interrupted, SIGTERM: ExitCode.terminated } as const;

let exitCode: ExitCode | undefined;

/** 130 or 143 once a signal came; undefined before. */
export const interruptedExitCode = (): ExitCode | undefined => exitCode;

/** Listens for signals from now on. `announcement` is said at the first. */
export function onInterrupt(announcement: string): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (exitCode !== undefined) process.exit(codes[name]);
      exitCode = codes[name];
      say(`\n${announcement} (Once more to force.)`);
      controller.abort();
    });
  }
  return controller.signal;
}
