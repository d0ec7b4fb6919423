// TensorFlow 2.21 writes two lines to stderr while its libraries are loaded, before it reads any setting that could
// keep it from doing so. No JavaScript can catch them: they are written by native code to file descriptor 2.

import { closeSync, fstatSync, openSync, readlinkSync } from 'node:fs';

/**
 * Runs `load` with file descriptor 2 leading to /dev/null. Only for a program that does nothing else meanwhile: a file
 * that another thread opens between two of these lines could be given number 2.
 *
 * Where stderr can't be opened a second time it is left as it is: a regular file, whose position the copy would not
 * share; a FIFO with a name, which waits for a reader; a socket; a system without /proc.
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

/** A file that is opened gets the lowest number that is free, which is 2 here. */
function replaceStderr(path: string): void {
  closeSync(2);
  openSync(path, 'a');
}
