// Ctrl-C, SIGTERM and SIGHUP (a closed terminal): the first stops the command gracefully, another Ctrl-C or SIGTERM
// ends the process.

import { ExitCode } from '../../core/errors.js';
import { printMessage, restoreTerminal } from './output.js';

const exitCodes = {
  SIGINT: ExitCode.interrupted,
  SIGTERM: ExitCode.terminated,
  SIGHUP: ExitCode.hungUp,
} as const;

let exitCode: ExitCode | undefined;
const controller = new AbortController();

/** 129, 130 or 143 after a signal, or the code passed to `stopCommand`; undefined before. */
export const interruptedExitCode = (): ExitCode | undefined => exitCode;

/** Starts listening for signals. `announcement` is printed at the first one. */
export function onInterrupt(announcement: string): AbortSignal {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      // A closed terminal can send SIGHUP twice: the kernel does, and the shell.
      if (exitCode !== undefined && name === 'SIGHUP') return;
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
