// The machine's memory, as limited for this process.

import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';

/** Total bytes of memory, or the container's limit. Without swap. */
export function totalMemory(): number {
  // Without a limit, constrainedMemory() is 0, undefined or larger than the machine's memory.
  return Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
}

/** Bytes that can be allocated now. On macOS the total: it counts reclaimable memory as used. */
export const availableMemory = (): number =>
  process.platform === 'darwin'
    ? totalmem()
    : Math.min(process.availableMemory(), totalMemory(), addressSpaceLeft());

/** What remains of this process's address space limit (`ulimit -v`); infinite if there is none. */
function addressSpaceLeft(): number {
  const limit = /^Max address space +(\d+)/m.exec(readProc('self/limits'))?.[1];
  const used = /^VmSize:\s+(\d+) kB$/m.exec(readProc('self/status'))?.[1];
  return limit && used ? Number(limit) - Number(used) * 1024 : Number.POSITIVE_INFINITY;
}

/** Bytes of swap; 0 if unknown. */
export const swapSpace = (): number =>
  Number(/^SwapTotal:\s+(\d+) kB$/m.exec(readProc('meminfo'))?.[1] ?? 0) * 1024;

/** Empty if the file does not exist, as on macOS. */
function readProc(name: string): string {
  try {
    return readFileSync(`/proc/${name}`, 'utf8');
  } catch {
    return '';
  }
}
