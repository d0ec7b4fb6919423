// The engines of this machine, for tests that run on each of them.

import type { Engine } from '../../dist/engine/engine.js';
import { hasNvidia, readGpuFacts } from '../../dist/engine/gpu/facts.js';
import { openEngine } from '../../dist/engine/openEngine.js';

export type TestDevice = 'cpu' | 'cuda' | 'wasm';

export interface TestEngine {
  readonly device: TestDevice;
  /** The reason to skip its tests if it is not available. */
  readonly skip: string | false;
}

/** A process can load TensorFlow only once, so on a machine with a GPU one of its two native engines is tested. */
const native = process.env.ALEXFT_TEST_NATIVE === 'cuda' ? 'cuda' : 'cpu';

/** Opens an engine without downloading it. `npm test` sets up the CPU engine. */
export function open(device: TestDevice): Promise<Engine> {
  return openEngine({ device, threads: undefined, setup: false, onMessage: () => {}, onProgress: () => {} });
}

/** All engines, the CPU's first, with reasons to skip them. Includes CUDA if the machine has an NVIDIA GPU. */
export async function engines(): Promise<TestEngine[]> {
  const skip = await open(native).then(
    () => false as const,
    (error: Error) => `no native engine: ${error.message}`,
  );
  const natives: TestDevice[] = native === 'cuda' || hasNvidia(readGpuFacts()) ? ['cpu', 'cuda'] : ['cpu'];
  return [
    ...natives.map((device) => ({
      device,
      skip: device === native ? skip : `this run tests ${native}: run ALEXFT_TEST_NATIVE=${device} npm test`,
    })),
    { device: 'wasm', skip: false },
  ];
}
