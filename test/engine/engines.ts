// The engines that this machine has, for tests that must hold on each of them.

import type { Engine } from '../../dist/engine/engine.js';
import { hasNvidia, readGpuFacts } from '../../dist/engine/gpu/facts.js';
import { openEngine } from '../../dist/engine/openEngine.js';

export type TestDevice = 'cpu' | 'cuda' | 'wasm';

export interface TestEngine {
  readonly device: TestDevice;
  /** The reason to skip its tests where it is not to be had. */
  readonly skip: string | false;
}

/** A process can load TensorFlow only once: on a machine with a GPU, this chooses the one that is tested. */
const native = process.env.ALEXFT_TEST_NATIVE === 'cuda' ? 'cuda' : 'cpu';

/** Opens the native engine, which `npm test` has set up for the CPU, or wasm. Fetches nothing. */
export function open(device: TestDevice): Promise<Engine> {
  return openEngine({ device, threads: undefined, setup: false, onMessage: () => {}, onProgress: () => {} });
}

/** Each engine, the CPU's first, with the reason to skip it. A GPU's is there where the machine has an NVIDIA GPU. */
export async function engines(): Promise<TestEngine[]> {
  const skip = await open(native).then(
    () => false as const,
    (error: Error) => `no native engine: ${error.message}`,
  );
  const natives: TestDevice[] = native === 'cuda' || hasNvidia(readGpuFacts()) ? ['cpu', 'cuda'] : ['cpu'];
  return [
    ...natives.map((device) => ({
      device,
      skip: device === native ? skip : `this run is of ${native}: ALEXFT_TEST_NATIVE=${device} npm test`,
    })),
    { device: 'wasm', skip: false },
  ];
}
