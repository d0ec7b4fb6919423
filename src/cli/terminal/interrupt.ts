// Ctrl-C and SIGTERM: the first stops the command gracefully, the second ends the process.

import { ExitCode } from '../../core/errors.js';
import { printMessage, restoreTerminal } from './output.js';

const exitCodes = { SIGINT: ExitCode.interrupted, SIGTERM: ExitCode.terminated } as const;

let exitCode: ExitCode | undefined;
const controller = new AbortController();

/** 130 or 143 after a signal, or the code passed to `stopCommand`; undefined before. */
export const interruptedExitCode = (): ExitCode | undefined => exitCode;

/** Starts listening for signals. `announcement` is printed at the first one. */
export function onInterrupt(announcement: string): AbortSignal {
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (exitCode !== undefined) process.exit(exitCodes[name]);
      exitCode = exitCodes[name];
      restoreTerminal();
      printMessage(`\n${announcement} (Press Ctrl-C again to exit immediately.)`);
      controller.abort();
    });
  }
  return controller.signal;
}

/** Stops the command gracefully without a signal. */
export function stopCommand(code: ExitCode): void {
  exitCode ??= code;
  controller.abort();
}
