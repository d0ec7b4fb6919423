// Opens the engine for a requested device. `auto` opens the best that works, and reports if that is not the native one.

import { availableParallelism } from 'node:os';
import { deviceError, printable, reasonOf, UserError } from '../core/errors.js';
import { span } from '../core/spans.js';
import type { Device } from './device.js';
import type { Engine } from './engine.js';
import { type GpuFacts, hasNvidia, readGpuFacts } from './gpu/facts.js';
import type { GroupMember } from './group/group.js';
import { installEngine } from './install/install.js';
import { type EngineFolder, locateEngine, markUsed } from './install/locate.js';
import { probeEngine } from './install/probe.js';
import { openNative } from './native.js';
import { findCuda, openCuda, openFound } from './openCuda.js';
import { cpuPrecisions, type Precision, requirePrecision } from './precision.js';
import { openWasm } from './wasm.js';

export interface EngineRequest {
  readonly device: Device;
  /** CPU threads; by default all cores. */
  readonly threads: number | undefined;
  /** Default: float32. */
  readonly precision?: Precision | undefined;
  /** To train together with other processes. */
  readonly member?: GroupMember | undefined;
  /** Whether a missing engine may be downloaded. */
  readonly setup: boolean;
  /** Messages for the user. */
  readonly onMessage: (message: string) => void;
  readonly onProgress: (label: string, done: number, total: number, unit: 'bytes') => void;
  /** Hide what TensorFlow writes to stderr while it is loaded (hiddenLog.ts). */
  readonly hideNativeLog?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens an engine and makes it tfjs' current backend. Throws a device error (exit code 4) if the device is not
 * available. `facts`: the system's GPUs, by default detected.
 */
export function openEngine(request: EngineRequest, facts?: GpuFacts): Promise<Engine> {
  return span('open the engine', 'other', () => openRequested(request, facts));
}

async function openRequested(request: EngineRequest, facts: GpuFacts | undefined): Promise<Engine> {
  if (request.device === 'wasm') {
    requirePrecision(request.precision ?? 'float32', 'WebAssembly', ['float32']);
    return openWasm();
  }
  if (request.device.startsWith('cuda')) return openCuda(request, facts);

  const gpu = request.device === 'auto' ? await tryGpu(request, facts) : undefined;
  if (gpu) return gpu;
  try {
    return await openCpu(request);
  } catch (error) {
    const { device, precision = 'float32', signal } = request;
    // WebAssembly computes in float32 only.
    if (device !== 'auto' || precision !== 'float32' || signal?.aborted) throw error;
    const hint = error instanceof UserError && error.hint ? ` ${error.hint}` : '';
    request.onMessage(`No native engine: ${reasonOf(error)}${hint}`);
    request.onMessage(
      'Using WebAssembly: the same numbers within rounding, on one core, several times slower.',
    );
    return openWasm();
  }
}

/** For `auto`: opens the GPU if it works; otherwise reports what it needs. Downloads nothing. */
async function tryGpu(request: EngineRequest, facts: GpuFacts = readGpuFacts()): Promise<Engine | undefined> {
  if (!hasNvidia(facts)) return undefined;
  try {
    const found = await findCuda({ ...request, device: 'cuda' }, facts);
    if (found.ok) return await openFound({ ...request, device: 'cuda' }, found);
    const { what, fix } = found.missing[0]!;
    request.onMessage(`The NVIDIA GPU is not used: ${what}. To use it: ${fix}`);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    request.onMessage(`The NVIDIA GPU is not used: ${error.message}`);
  }
  return undefined;
}

async function openCpu(request: EngineRequest): Promise<Engine> {
  const { threads = availableParallelism(), precision = 'float32' } = request;
  requirePrecision(precision, 'this CPU', cpuPrecisions());
  const folder = await prepareCpu(request);
  const { member, hideNativeLog: hideLog = false } = request;
  const engine = await openNative(folder.libraries, { threads, precision, hideLog, member });
  markUsed(folder);
  return engine;
}

/** Sets up the CPU engine if it is missing, and tests it. Throws a device error if that is not possible. */
export async function prepareCpu(
  request: Pick<EngineRequest, 'setup' | 'onMessage' | 'onProgress' | 'signal'>,
): Promise<EngineFolder> {
  let folder = locateEngine('cpu');
  if (!folder) {
    if (!request.setup) {
      throw deviceError(
        'the CPU engine is not set up, and downloads are disabled (--no-setup or ALEXFT_OFFLINE).',
        'Run: alexft setup --device cpu',
      );
    }
    folder = await installEngine('cpu', request);
  }
  await requireWorking(folder, request.signal);
  return folder;
}

async function requireWorking(folder: EngineFolder, signal: AbortSignal | undefined): Promise<void> {
  const verdict = await probeEngine(folder);
  if (verdict.ok) return;
  signal?.throwIfAborted(); // Ctrl-C also stops the test process
  throw deviceError(
    `the engine in ${printable(folder.libraries)} does not work: ${printable(verdict.reason)}`,
    'Set it up again (alexft setup --device cpu --force), or use --device wasm.',
  );
}
