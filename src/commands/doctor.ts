// alexft doctor: whether training works on this machine, whether its numbers are PyTorch's, and how fast it is.

import { mayFetch, silentContext } from '../core/context.js';
import { isHere, weightsCheck } from '../doctor/caches.js';
import { type Check, fine, problem } from '../doctor/check.js';
import type { FigureName, ProvenFigure, Speed } from '../doctor/diagnosis.js';
import { findEngine } from '../doctor/engines.js';
import { type Figures, figures as pytorchFigures } from '../doctor/figures.js';
import { folderChecks, readOnlyCache } from '../doctor/folders.js';
import { imageCheck } from '../doctor/images.js';
import { machineChecks } from '../doctor/machine.js';
import { proveNumbers } from '../doctor/proof.js';
import { settingsCheck } from '../doctor/settings.js';
import { type DoctorOptions, doctorOptions } from '../options/doctorOptions.js';
import { withDefaults } from '../options/option.js';
import type { CommandContext } from '../profile/profile.js';
import { listWeights } from '../weights/listWeights.js';

export interface Diagnosis {
  /** Whether training works here, on the device that was asked for. */
  readonly ok: boolean;
  readonly checks: readonly Check[];
  /** What computes; absent where the device that was asked for is not to be had. */
  readonly device?: string;
  readonly proof?: { readonly reference: string; readonly figures: readonly ProvenFigure[] };
  readonly speed?: Speed;
}

/**
 * Looks at everything that a training needs, compares the engine's numbers with PyTorch's, and measures. Fetches
 * nothing; what is wrong is in the answer, and is no error.
 */
export async function doctor(
  given: Partial<DoctorOptions> = {},
  context: CommandContext = silentContext,
  { figures = pytorchFigures }: { figures?: Figures } = {},
): Promise<Diagnosis> {
  const options = withDefaults(doctorOptions, given);
  const { signal } = context;
  const settings = settingsCheck();
  const machine = machineChecks();
  const images = await imageCheck(figures);
  const looking = listWeights();
  const weights = await weightsCheck({ fetching: mayFetch(options), looking });
  const [cache, ...folders] = await folderChecks();
  signal?.throwIfAborted();

  const { engine, checks: engineChecks } = await findEngine(options, context);
  const complete = engine !== undefined && (await looking).some(isHere);
  const checks = [
    ...machine,
    complete ? readOnlyCache(cache) : cache,
    ...folders,
    ...[images, weights, settings, ...engineChecks],
  ];
  const enoughMemory = machine.every(({ name, ok }) => name !== 'memory' || ok);
  const found = () => ({
    ok: checks.every(({ ok }) => ok),
    checks,
    ...(engine && { device: engine.device }),
  });
  if (!engine || !enoughMemory) return found();

  context.onMessage(`Comparing ${engine.device} with PyTorch ${figures.versions.torch}`);
  const proof = await proveNumbers(engine, figures, signal);
  checks.push(numbersCheck(proof, figures.versions.torch));
  let speed: Speed | undefined;
  if (!options.quick && images.ok) {
    context.onMessage('Measuring the speed');
    // Not imported above: sharp may not load.
    const { measureSpeed } = await import('../doctor/speed.js');
    speed = await measureSpeed(engine, signal);
  }
  return {
    ...found(),
    proof: { reference: `PyTorch ${figures.versions.torch}`, figures: proof },
    ...(speed && { speed }),
  };
}

export const figureWords: Readonly<Record<FigureName, string>> = {
  logits: 'logits',
  loss: 'loss',
  gradients: 'gradients',
  adam: 'two steps of Adam',
  sgd: 'two steps of SGD',
};

function numbersCheck(proof: readonly ProvenFigure[], version: string): Check {
  const wrong = proof.filter(({ ok }) => !ok);
  if (wrong.length === 0) {
    const told = proof.map(({ name, difference }) => `${figureWords[name]} within ${rounded(difference)}`);
    return fine('numbers', `match PyTorch ${version}: ${told.join(', ')}`);
  }
  const told = wrong.map(
    ({ name, difference, allowed }) =>
      `${figureWords[name]} off by ${rounded(difference)}, allowed ${rounded(allowed)}`,
  );
  return problem(
    'numbers',
    `differ from PyTorch ${version} by more than rounding: ${told.join('; ')}`,
    'set the engine up again (alexft setup --force), and try --device wasm beside it; if it stays, report it with this output',
  );
}

/** Two digits, rounded up: what it is within. */
export function rounded(value: number): string {
  const [digits, exponent] = value.toExponential(6).split('e') as [string, string];
  return Number(`${Math.ceil(Number(digits) * 10 - 1e-6) / 10}e${exponent}`)
    .toExponential(1)
    .replace('.0', '');
}
