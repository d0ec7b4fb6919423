// Which engine a command gets: the device asked for by name or an error that tells every attempt; for `auto` the best
// that there is, saying so where that is not the native engine.

import { availableParallelism } from 'node:os';
import { deviceError, printable, reasonOf, UserError } from '../core/errors.js';
import { span } from '../core/spans.js';
import type { Device } from './device.js';
import type { Engine } from './engine.js';
import { type GpuFacts, hasNvidia, readGpuFacts } from './gpu/facts.js';
import { installEngine } from './install/install.js';
import { type EngineFolder, locateEngine, markUsed } from './install/locate.js';
import { probeEngine } from './install/probe.js';
import { openNative } from './native.js';
import { findCuda, openCuda, openFound } from './openCuda.js';
import { openWasm } from './wasm.js';

export interface EngineRequest {
  readonly device: Device;
  /** CPU threads; default all cores. */
  readonly threads: number | undefined;
  /** Let a GPU round the factors of float32 products to 10 bits, which is faster. */
  readonly tf32?: boolean | undefined;
  /** Whether an engine that is not there may be fetched. */
  readonly setup: boolean;
  /** What a person should know: shown on stderr. */
  readonly onMessage: (message: string) => void;
  readonly onProgress: (label: string, done: number, total: number, unit: 'bytes') => void;
  /** Keep what TensorFlow writes to stderr while it is loaded from the screen (hiddenLog.ts). */
  readonly hideNativeLog?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens an engine and makes it tfjs' backend. Throws a device error (exit 4) where the request can't be met. `facts`:
 * what the system says about GPUs.
 */
export function openEngine(request: EngineRequest, facts?: GpuFacts): Promise<Engine> {
  return span('open the engine', 'other', () => openRequested(request, facts));
}

async function openRequested(request: EngineRequest, facts: GpuFacts | undefined): Promise<Engine> {
  if (request.device === 'wasm') return openWasm();
  if (request.device.startsWith('cuda')) return openCuda(request, facts);

  const gpu = request.device === 'auto' ? await openGpuIfAny(request, facts) : undefined;
  if (gpu) return gpu;
  try {
    return await openCpu(request);
  } catch (error) {
    if (request.device !== 'auto' || request.signal?.aborted) throw error;
    request.onMessage(`No native engine: ${reasonOf(error)}`);
    request.onMessage(
      'Going on with WebAssembly: the same numbers within rounding, from one core, and several times slower.',
    );
    return openWasm();
  }
}

/** For `auto`: the GPU, where there is one and its engine works. Fetches nothing, and says what would be needed. */
async function openGpuIfAny(
  request: EngineRequest,
  facts: GpuFacts = readGpuFacts(),
): Promise<Engine | undefined> {
  if (!hasNvidia(facts)) return undefined;
  try {
    const found = await findCuda({ ...request, device: 'cuda' }, facts);
    if (found.ok) return await openFound({ ...request, device: 'cuda' }, found);
    const { what, fix } = found.missing[0]!;
    request.onMessage(`There is an NVIDIA GPU that is not used: ${what}. To use it: ${fix}`);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    request.onMessage(`There is an NVIDIA GPU that is not used: ${error.message}`);
  }
  return undefined;
}

async function openCpu(request: EngineRequest): Promise<Engine> {
  const { setup, threads = availableParallelism() } = request;
  let folder = locateEngine('cpu');
  if (!folder) {
    if (!setup) {
      throw deviceError(
        'the engine for the CPU is not set up, and fetching it is forbidden (--no-setup or ALEXFT_OFFLINE).',
        'Run: alexft setup --device cpu',
      );
    }
    folder = await installEngine('cpu', request);
  }
  await mustWork(folder, request.signal);
  const engine = await openNative(folder.libraries, { threads, hideLog: request.hideNativeLog ?? false });
  markUsed(folder);
  return engine;
}

async function mustWork(folder: EngineFolder, signal: AbortSignal | undefined): Promise<void> {
  const verdict = await probeEngine(folder);
  if (verdict.ok) return;
  signal?.throwIfAborted(); // Ctrl-C reaches the process that tries it, too
  throw deviceError(
    `the engine in ${printable(folder.libraries)} does not work: ${printable(verdict.reason)}`,
    'Set it up again: alexft setup --device cpu --force. Or use --device wasm.',
  );
}
