// Verifies an engine's numbers against PyTorch's, with a tolerance for each device.

import type { Engine } from '../engine/engine.js';
import type { FigureName, ProvenFigure } from './diagnosis.js';
import { differencesFrom } from './differences.js';
import type { Figures } from './figures.js';

/**
 * About ten times PyTorch's own spread, because engines sum in other orders than PyTorch. Adam normalizes each
 * gradient: one that is only rounding error can cause a step in either direction.
 *
 * CUDA's tolerances are untested. cuDNN has algorithms that round more, which can flip the sign at a ReLU.
 *
 * In bfloat16, the tolerance is twice the difference of PyTorch's own autocast from float32. TF32 rounds factors to 10
 * bits where bfloat16 has 7, so a quarter of that, twice what is expected, is its tolerance.
 */
const tolerances: Readonly<Record<'cpu' | 'wasm' | 'cuda', Readonly<Record<FigureName, number>>>> = {
  cpu: { logits: 1e-5, loss: 3e-6, gradients: 2e-5, adam: 1e-2, sgd: 1e-4 },
  wasm: { logits: 1e-5, loss: 3e-6, gradients: 2e-5, adam: 1e-2, sgd: 1e-4 },
  cuda: { logits: 5e-5, loss: 1e-5, gradients: 1e-4, adam: 2e-2, sgd: 2e-4 },
};

/** Tolerances as multiples of the differences of PyTorch's autocast. */
const roundings = { tf32: 0.5, bfloat16: 2 } as const;

/**
 * Repeats PyTorch's computations for `figures` on `engine` and compares the results. Takes a few seconds; leaves no
 * tensors. Throws an AbortError if the signal is aborted.
 */
export async function proveNumbers(
  engine: Engine,
  figures: Figures,
  signal?: AbortSignal,
): Promise<ProvenFigure[]> {
  const device = engine.device.startsWith('cuda') ? 'cuda' : (engine.device as 'cpu' | 'wasm');
  const { precision } = engine;
  const pytorch = precision === 'float32' ? figures.spread : figures.autocast;
  const differences = await differencesFrom(figures, engine, signal);
  return Object.entries(differences).map(([key, difference]) => {
    const name = key as FigureName;
    const allowed = precision === 'float32' ? tolerances[device][name] : roundings[precision] * pytorch[name];
    return {
      name,
      difference: finite(difference),
      allowed,
      pytorch: pytorch[name],
      ok: difference <= allowed,
    };
  });
}

/** JSON has no NaN. */
const finite = (difference: number): number => (Number.isFinite(difference) ? difference : Number.MAX_VALUE);
