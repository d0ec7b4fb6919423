// A GPU of NVIDIA's: taken where TensorFlow has it, and else what is missing, in the order in which one would mend it.

import { availableParallelism } from 'node:os';
import { deviceError, printable } from '../core/errors.js';
import type { Engine } from './engine.js';
import { gpuSettings, visibleDevice } from './gpu/choose.js';
import type { Gpu } from './gpu/describe.js';
import { type GpuFacts, readGpuFacts } from './gpu/facts.js';
import { type Missing, missingOf } from './gpu/missing.js';
import { checkLibraries } from './install/libraryCheck.js';
import { type EngineFolder, locateEngine, markUsed } from './install/locate.js';
import { findRecipe, thisPlatform } from './install/platform.js';
import { probeEngine } from './install/probe.js';
import { openNative } from './native.js';

interface CudaRequest {
  /** `cuda` or `cuda:N`. */
  readonly device: string;
  readonly threads: number | undefined;
  readonly tf32?: boolean | undefined;
  readonly hideNativeLog?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A GPU that TensorFlow has, not yet opened; or everything that keeps it from one. */
export type CudaFinding =
  | {
      readonly ok: true;
      readonly folder: EngineFolder;
      /** TensorFlow's. */
      readonly version: string;
      readonly settings: Readonly<Record<string, string | undefined>>;
      readonly description: Gpu | undefined;
    }
  | { readonly ok: false; readonly missing: readonly Missing[] };

/**
 * Looks for the GPU that `device` names, with TensorFlow in a child process. Throws a device error (exit 4) where there
 * are GPUs, and none with that number.
 */
export async function findCuda(
  { device, tf32 = false }: Pick<CudaRequest, 'device' | 'tf32'>,
  facts: GpuFacts = readGpuFacts(),
): Promise<CudaFinding> {
  const settings = gpuSettings(visibleDevice(device, facts.gpus), tf32);
  const folder = locateEngine('cuda');
  if (!folder) return { ok: false, missing: [...missingOf(facts), noEngine()] };
  // TensorFlow has the last word, whatever the files say: a driver may lie where nobody thought of looking.
  const verdict = await probeEngine(folder, { gpu: settings, facts });
  if (verdict.ok && verdict.gpu) {
    return { ok: true, folder, version: verdict.version, settings, description: verdict.gpuDescription };
  }
  const words = verdict.ok
    ? [
        `TensorFlow ${verdict.version} loads, and has no GPU`,
        ...(verdict.complaints ?? []).map((line) => `TensorFlow says: ${printable(line)}`),
      ]
    : [`the engine for CUDA does not work: ${printable(verdict.reason)}`];
  const missing = [
    ...missingOf(facts),
    ...(await brokenLibraries(folder)),
    ...words.map((what) => ({ what, fix: 'mend what TensorFlow names' })),
  ];
  return { ok: false, missing };
}

function noEngine(): Missing {
  const recipe = findRecipe('cuda', thisPlatform());
  if (typeof recipe === 'string')
    return { what: `there is no engine for CUDA here: ${recipe}`, fix: 'use --device cpu' };
  return { what: 'the engine for CUDA is not set up', fix: 'alexft setup --device cuda' };
}

async function brokenLibraries(folder: EngineFolder): Promise<Missing[]> {
  const recipe = findRecipe('cuda', thisPlatform());
  if (typeof recipe === 'string') return [];
  const broken = (await checkLibraries(recipe, folder)).filter(({ ok }) => !ok);
  return broken.map(({ file, reason }) => ({
    what: `the library ${file} can't be loaded: ${reason}`,
    fix: 'alexft setup --device cuda --force; a library of the system that it names has to be installed',
  }));
}

/** Opens the GPU. Nothing falls back from a device asked for by name: throws a device error with all that is missing. */
export async function openCuda(request: CudaRequest, facts = readGpuFacts()): Promise<Engine> {
  const found = await findCuda(request, facts);
  request.signal?.throwIfAborted();
  if (!found.ok) throw noCuda(request.device, found.missing);
  return openFound(request, found);
}

/** Opens a GPU that was found. */
export async function openFound(
  { device, threads = availableParallelism(), hideNativeLog = false }: CudaRequest,
  { folder, settings, description }: Extract<CudaFinding, { ok: true }>,
): Promise<Engine> {
  const number = Number(device.split(':')[1] ?? 0);
  const engine = await openNative(folder.libraries, {
    threads,
    hideLog: hideNativeLog,
    gpu: { settings, device: `cuda:${number}`, description },
  });
  markUsed(folder);
  return engine;
}

const noCuda = (device: string, missing: readonly Missing[]) =>
  deviceError(
    `--device ${device} is not available:\n${missing.map(({ what }) => `  - ${what}`).join('\n')}`,
    `Use --device cpu, or leave --device out and the best device that works is taken. To have the GPU, first: ${missing[0]!.fix}.`,
  );
