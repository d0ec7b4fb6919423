// alexft doctor: checks whether training works on this machine, compares its numbers with PyTorch's, and measures its
// speed.

import { mayFetch, silentContext } from '../core/context.js';
import { isCached, weightsCheck } from '../doctor/caches.js';
import {
  type Check,
  type FigureName,
  type ProvenFigure,
  pass,
  problem,
  type Speed,
} from '../doctor/diagnosis.js';
import { findEngine } from '../doctor/engines.js';
import { type Figures, figures as pytorchFigures } from '../doctor/figures.js';
import { folderChecks, readOnlyCache } from '../doctor/folders.js';
import { imageCheck } from '../doctor/images.js';
import { machineChecks } from '../doctor/machine.js';
import { proveNumbers } from '../doctor/proof.js';
import { settingsCheck } from '../doctor/settings.js';
import type { Engine } from '../engine/engine.js';
import { type DoctorOptions, doctorOptions } from '../options/doctorOptions.js';
import { withDefaults } from '../options/option.js';
import type { CommandContext } from '../profile/context.js';
import { listWeights } from '../weights/listWeights.js';

export interface Diagnosis {
  /** Whether training works on the requested device. */
  readonly ok: boolean;
  readonly checks: readonly Check[];
  /** The device that was opened; absent if the requested one is not available. */
  readonly device?: string;
  readonly proof?: { readonly reference: string; readonly figures: readonly ProvenFigure[] };
  readonly speed?: Speed;
}

/**
 * Checks everything that training needs, compares the engine's numbers with PyTorch's, and measures the speed.
 * Downloads nothing. Problems are in the returned diagnosis, not thrown; without a folder for the cache it throws.
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
  const listed = listWeights();
  const weights = await weightsCheck({ mayDownload: mayFetch(options), weights: listed });
  const [cache, ...folders] = await folderChecks();
  signal?.throwIfAborted();

  const { engine, checks: engineChecks } = await findEngine(options, context);
  const complete = engine !== undefined && (await listed).some(isCached);
  const checks = [
    ...machine,
    complete ? readOnlyCache(cache) : cache,
    ...folders,
    ...[images, weights, settings, ...engineChecks],
  ];
  const enoughMemory = machine.every(({ name, ok }) => name !== 'memory' || ok);
  const diagnosis = () => ({
    ok: checks.every(({ ok }) => ok),
    checks,
    ...(engine && { device: engine.device }),
  });
  if (!engine || !enoughMemory) return diagnosis();

  context.onMessage(`Comparing ${engine.device} with PyTorch ${figures.versions.torch}`);
  const proof = await proveNumbers(engine, figures, signal);
  checks.push(numbersCheck(proof, engine, figures.versions.torch));
  let speed: Speed | undefined;
  if (!options.quick && images.ok) {
    context.onMessage('Measuring the speed');
    // Imported dynamically: it imports sharp, which may not load.
    const { measureSpeed } = await import('../doctor/speed.js');
    speed = await measureSpeed(engine, signal);
  }
  return {
    ...diagnosis(),
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

function numbersCheck(
  proof: readonly ProvenFigure[],
  { precision }: Pick<Engine, 'precision'>,
  version: string,
): Check {
  const wrong = proof.filter(({ ok }) => !ok);
  if (wrong.length === 0) {
    const figures = proof.map(({ name, difference }) => `${figureWords[name]} within ${rounded(difference)}`);
    const like =
      precision === 'bfloat16'
        ? `are as close to PyTorch ${version} as its autocast`
        : `match PyTorch ${version}`;
    return pass('numbers', `${like}: ${figures.join(', ')}`);
  }
  const differences = wrong.map(
    ({ name, difference, allowed }) =>
      `${figureWords[name]} off by ${rounded(difference)}, allowed ${rounded(allowed)}`,
  );
  return problem(
    'numbers',
    `differ from PyTorch ${version} by more than rounding: ${differences.join('; ')}`,
    'set up the engine again (alexft setup --force), and compare with --device wasm; if the problem remains, report it with this output',
  );
}

/** Rounded up to two digits, so that "within" is true. */
export function rounded(value: number): string {
  const [digits, exponent] = value.toExponential(6).split('e') as [string, string];
  return Number(`${Math.ceil(Number(digits) * 10 - 1e-6) / 10}e${exponent}`)
    .toExponential(1)
    .replace('.0', '');
}
