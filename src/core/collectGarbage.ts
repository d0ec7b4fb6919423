// Frees memory at moments when hundreds of megabytes have become free.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Runs V8's collector, which would free large arrays much later: it counts the memory of objects, not of arrays. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
