// The engines that this machine has, for tests that must hold on each of them.

import type { Engine } from '../../dist/engine/engine.js';
import { openEngine } from '../../dist/engine/openEngine.js';

/** Opens the native engine for the CPU, which `npm test` has set up, or wasm. Fetches nothing. */
export function open(device: 'cpu' | 'wasm'): Promise<Engine> {
  return openEngine({ device, threads: undefined, setup: false, onMessage: () => {}, onProgress: () => {} });
}

/** Each engine's name, with the reason to skip its tests where it is not to be had. */
export async function engines(): Promise<{ device: 'cpu' | 'wasm'; skip: string | false }[]> {
  const skip = await open('cpu').then(
    () => false as const,
    (error: Error) => `no native engine: ${error.message}`,
  );
  return [
    { device: 'cpu', skip },
    { device: 'wasm', skip: false },
  ];
}
