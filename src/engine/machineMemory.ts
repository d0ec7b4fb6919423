// How much memory there is.

import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';

/** Bytes that this machine has, or the container that this process is in, where that has a limit. Without swap. */
export function totalMemory(): number {
  // The limit: 0, nothing or more than all memory where there is none.
  return Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
}

/** Bytes to be had right now. macOS calls memory used that it would give at once. */
export const availableMemory = (): number =>
  process.platform === 'darwin'
    ? totalmem()
    : Math.min(process.availableMemory(), totalMemory(), addressSpaceLeft());

/** What is left of this process's own limit (`ulimit -v`); infinite where there is none. */
function addressSpaceLeft(): number {
  const limit = /^Max address space +(\d+)/m.exec(readProc('self/limits'))?.[1];
  const used = /^VmSize:\s+(\d+) kB$/m.exec(readProc('self/status'))?.[1];
  return limit && used ? Number(limit) - Number(used) * 1024 : Number.POSITIVE_INFINITY;
}

/** Bytes of swap: with it, more than all memory can be used, slowly. 0 where it is not known. */
export const swapSpace = (): number =>
  Number(/^SwapTotal:\s+(\d+) kB$/m.exec(readProc('meminfo'))?.[1] ?? 0) * 1024;

/** Empty where there is no such file: on other systems than Linux. */
function readProc(name: string): string {
  try {
    return readFileSync(`/proc/${name}`, 'utf8');
  } catch {
    return '';
  }
}
