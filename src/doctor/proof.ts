// The proof of an engine's numbers: how far each figure may be from PyTorch's.

import type { Engine } from '../engine/engine.js';
import type { FigureName, ProvenFigure } from './diagnosis.js';
import { differencesFrom } from './differences.js';
import type { Figures } from './figures.js';

/**
 * What is allowed. Engines add in other orders than PyTorch, as PyTorch's own layouts do: some ten times its difference
 * from itself is rounding. Adam divides each gradient by its own size: where that is nothing but rounding, a step may go
 * either way.
 *
 * cuda's were not tried. cuDNN has algorithms that round more, and may so get to the other side of a ReLU. TF32 is out of
 * bounds: factors rounded to ten bits put these logits off by 9e-4, in PyTorch on a CPU.
 */
const tolerances: Readonly<Record<'cpu' | 'wasm' | 'cuda', Readonly<Record<FigureName, number>>>> = {
  cpu: { logits: 1e-5, loss: 3e-6, gradients: 2e-5, adam: 1e-2, sgd: 1e-4 },
  wasm: { logits: 1e-5, loss: 3e-6, gradients: 2e-5, adam: 1e-2, sgd: 1e-4 },
  cuda: { logits: 5e-5, loss: 1e-5, gradients: 1e-4, adam: 2e-2, sgd: 2e-4 },
};

/**
 * Computes on `engine` what PyTorch computed for `figures`, and compares. Takes some seconds; leaves no tensors. Throws
 * an AbortError once the signal is aborted.
 */
export async function proveNumbers(
  engine: Engine,
  figures: Figures,
  signal?: AbortSignal,
): Promise<ProvenFigure[]> {
  const device = engine.device.startsWith('cuda') ? 'cuda' : (engine.device as 'cpu' | 'wasm');
  const differences = await differencesFrom(figures, engine, signal);
  return Object.entries(differences).map(([key, difference]) => {
    const name = key as FigureName;
    const allowed = tolerances[device][name];
    return {
      name,
      difference: orHuge(difference),
      allowed,
      pytorch: figures.spread[name],
      ok: difference <= allowed,
    };
  });
}

/** JSON has no NaN. */
const orHuge = (difference: number): number => (Number.isFinite(difference) ? difference : Number.MAX_VALUE);
