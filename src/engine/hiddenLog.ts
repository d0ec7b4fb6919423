// Hides the lines that TensorFlow 2.21 writes to stderr while its libraries are loaded, before it reads its log settings.
// Native code writes them to file descriptor 2, so JavaScript can't intercept them.

import { closeSync, fstatSync, openSync, readlinkSync } from 'node:fs';

/**
 * Runs `load` with file descriptor 2 redirected to /dev/null. Only safe while no other thread opens files: one of them
 * could be given descriptor 2.
 *
 * Does not redirect where stderr can't be reopened: a regular file (the copy would not share its position), a named FIFO
 * (opening it waits for a reader), a socket, or a system without /proc.
 */
export function withStderrHidden<T>(load: () => T): T {
  const copy = copyOfStderr();
  if (copy === undefined) return load();
  replaceStderr('/dev/null');
  try {
    return load();
  } finally {
    replaceStderr(`/proc/self/fd/${copy}`);
    closeSync(copy);
  }
}

function copyOfStderr(): number | undefined {
  try {
    const isPipe = readlinkSync('/proc/self/fd/2').startsWith('pipe:');
    return isPipe || fstatSync(2).isCharacterDevice() ? openSync('/proc/self/fd/2', 'a') : undefined;
  } catch {
    return undefined;
  }
}

/** Opening a file assigns the lowest free descriptor, which is 2 here. */
function replaceStderr(path: string): void {
  closeSync(2);
  openSync(path, 'a');
}
