// The native engine in bfloat16, for tests.

import type { Engine } from '../../dist/engine/engine.js';
import { openEngine } from '../../dist/engine/openEngine.js';
import { cpuPrecisions } from '../../dist/engine/precision.js';
import { withoutEngine } from './install/engines.js';

/** For a test's `skip`. */
export const withoutBfloat16: string | false = cpuPrecisions().includes('bfloat16')
  ? withoutEngine
  : 'this CPU has no bfloat16';

export const open = (): Promise<Engine> =>
  openEngine({
    device: 'cpu',
    precision: 'bfloat16',
    threads: undefined,
    setup: false,
    onMessage: () => {},
    onProgress: () => {},
  });
