// Between two long pieces of work.

import { setImmediate } from 'node:timers/promises';

/** While an engine computes, nothing else runs: lets a signal come in. Throws an AbortError once it has. */
export const breathe = (signal?: AbortSignal): Promise<void> =>
  setImmediate(undefined, { ...(signal && { signal }) });
