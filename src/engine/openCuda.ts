// Opens an NVIDIA GPU if TensorFlow can use it; otherwise reports what is missing, in the order in which to fix it.

import { availableParallelism } from 'node:os';
import { deviceError, printable } from '../core/errors.js';
import type { Engine } from './engine.js';
import { gpuSettings, visibleDevice } from './gpu/choose.js';
import type { Gpu } from './gpu/describe.js';
import { type GpuFacts, readGpuFacts } from './gpu/facts.js';
import { checkLibraries } from './gpu/libraryCheck.js';
import { type Missing, missingOf } from './gpu/missing.js';
import type { GroupMember } from './group/group.js';
import { type EngineFolder, locateEngine, markUsed } from './install/locate.js';
import { probeEngine } from './install/probe.js';
import { openNative } from './native.js';
import { gpuPrecisions, type Precision, requirePrecision } from './precision.js';
import { findRecipe } from './recipes/findRecipe.js';
import { thisPlatform } from './recipes/platform.js';

interface CudaRequest {
  /** `cuda` or `cuda:N`. */
  readonly device: string;
  readonly threads: number | undefined;
  readonly precision?: Precision | undefined;
  /** To train together with other processes. */
  readonly member?: GroupMember | undefined;
  readonly hideNativeLog?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A GPU that TensorFlow can use, not yet opened, or all reasons why it can't. */
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
 * Tests in a child process whether TensorFlow can use the GPU `device`. Throws a device error (exit code 4) if the
 * machine has GPUs but none with that number.
 */
export async function findCuda(
  { device, precision }: Pick<CudaRequest, 'device' | 'precision'>,
  facts: GpuFacts = readGpuFacts(),
): Promise<CudaFinding> {
  const settings = gpuSettings(visibleDevice(device, facts.gpus), precision === 'tf32');
  const folder = locateEngine('cuda');
  if (!folder) return { ok: false, missing: [...missingOf(facts), missingEngine()] };
  // TensorFlow decides, not `facts`: a driver may be in a folder that is not searched.
  const verdict = await probeEngine(folder, { gpu: settings, facts });
  if (verdict.ok && verdict.gpu) {
    return { ok: true, folder, version: verdict.version, settings, description: verdict.gpuDescription };
  }
  const problems = verdict.ok
    ? [
        `TensorFlow ${verdict.version} loads but finds no GPU`,
        ...(verdict.complaints ?? []).map((line) => `TensorFlow's log: ${printable(line)}`),
      ]
    : [`the CUDA engine does not work: ${printable(verdict.reason)}`];
  const missing = [
    ...missingOf(facts),
    ...(await brokenLibraries(folder)),
    ...problems.map((what) => ({ what, fix: "fix the problem in TensorFlow's log" })),
  ];
  return { ok: false, missing };
}

function missingEngine(): Missing {
  const recipe = findRecipe('cuda', thisPlatform());
  if (typeof recipe === 'string')
    return { what: `there is no CUDA engine for this machine: ${recipe}`, fix: 'use --device cpu' };
  return { what: 'the CUDA engine is not set up', fix: 'alexft setup --device cuda' };
}

async function brokenLibraries(folder: EngineFolder): Promise<Missing[]> {
  const recipe = findRecipe('cuda', thisPlatform());
  if (typeof recipe === 'string') return [];
  const broken = (await checkLibraries(recipe, folder)).filter(({ ok }) => !ok);
  return broken.map(({ file, reason }) => ({
    what: `the library ${file} can't be loaded: ${reason}`,
    fix: 'run alexft setup --device cuda --force, or install the system library that is named',
  }));
}

/** Opens the GPU, without a fallback: throws a device error (exit code 4) with all reasons if that is not possible. */
export async function openCuda(request: CudaRequest, facts = readGpuFacts()): Promise<Engine> {
  const found = await findCuda(request, facts);
  request.signal?.throwIfAborted();
  if (!found.ok) throw noCuda(request.device, found.missing);
  return openFound(request, found);
}

/** Opens a GPU that `findCuda` found. */
export async function openFound(
  {
    device,
    threads = availableParallelism(),
    precision = 'float32',
    member,
    hideNativeLog = false,
  }: CudaRequest,
  { folder, settings, description }: Extract<CudaFinding, { ok: true }>,
): Promise<Engine> {
  const number = Number(device.split(':')[1] ?? 0);
  const name = description ? printable(description.name) : 'this GPU';
  requirePrecision(precision, name, gpuPrecisions(description?.computeCapability));
  const engine = await openNative(folder.libraries, {
    threads,
    precision,
    member,
    hideLog: hideNativeLog,
    gpu: { settings, device: `cuda:${number}`, description },
  });
  markUsed(folder);
  return engine;
}

const noCuda = (device: string, missing: readonly Missing[]) =>
  deviceError(
    `--device ${device} is not available:\n${missing.map(({ what }) => `  - ${what}`).join('\n')}`,
    `Use --device cpu, or omit --device to use the best device that works. To use the GPU, first: ${missing[0]!.fix}.`,
  );
