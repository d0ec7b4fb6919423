// Ctrl-C and SIGTERM: the first asks the command to end well, the second ends it.

import { ExitCode } from '../errors.js';
import { say } from './terminal.js';

export interface Interruption {
  readonly signal: AbortSignal;
  /** 130 or 143 once a signal came; undefined before. */
  exitCode(): ExitCode | undefined;
}

const codes = { SIGINT: ExitCode.interrupted, SIGTERM: ExitCode.terminated } as const;

/** Listens for signals from now on. `announcement` is said at the first. */
export function onInterrupt(announcement: string): Interruption {
  const controller = new AbortController();
  let exitCode: ExitCode | undefined;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (exitCode !== undefined) process.exit(codes[name]);
      exitCode = codes[name];
      say(`\n${announcement} (Once more to force.)`);
      controller.abort();
    });
  }
  return { signal: controller.signal, exitCode: () => exitCode };
}
