// Which engine a command gets: the device asked for by name or an error that tells every attempt; for `auto` the best
// that there is, saying so where that is not the native engine.

import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { deviceError, reasonOf } from '../errors.js';
import type { Device } from '../options/engineOptions.js';
import type { Engine } from './engine.js';
import { installEngine } from './install/install.js';
import { type EngineFolder, locateEngine } from './install/locate.js';
import { probeEngine } from './install/probe.js';
import { openNative } from './native.js';
import { openWasm } from './wasm.js';

export interface EngineRequest {
  readonly device: Device;
  /** CPU threads; default all cores. */
  readonly threads: number | undefined;
  /** Whether an engine that is not there may be fetched. */
  readonly setup: boolean;
  /** What a person should know: shown on stderr. */
  readonly onMessage: (message: string) => void;
  readonly onProgress: (label: string, done: number, total: number) => void;
  /** Keep what TensorFlow writes to stderr while it is loaded from the screen (hiddenLog.ts). */
  readonly hideNativeLog?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Opens an engine and makes it tfjs' backend. Throws a device error (exit 4) where the request can't be met. */
export async function openEngine(request: EngineRequest): Promise<Engine> {
  if (request.device === 'wasm') return openWasm();
  if (request.device.startsWith('cuda')) return openCuda(request);

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

async function openCpu(request: EngineRequest): Promise<Engine> {
  const { setup, onMessage, threads = availableParallelism() } = request;
  if (request.device === 'auto' && gpuDeviceThere()) {
    onMessage('There is an NVIDIA GPU that is not used. To use it: alexft setup --device cuda');
  }
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
  return openNative(folder.libraries, { threads, hideLog: request.hideNativeLog ?? false });
}

/** The GPU has to be there and to be TensorFlow's: nothing falls back from a device asked for by name. */
async function openCuda(request: EngineRequest): Promise<Engine> {
  const { device, threads = availableParallelism() } = request;
  const attempts: string[] = [];
  if (!gpuDeviceThere())
    attempts.push('no NVIDIA device: /dev/nvidia0 is not there (is the driver installed?)');
  const folder = locateEngine('cuda');
  if (!folder) {
    const cpu = locateEngine('cpu');
    attempts.push('no engine for CUDA is set up');
    if (cpu) {
      const verdict = await probeEngine(cpu);
      attempts.push(
        verdict.ok
          ? `the engine for the CPU was asked, and TensorFlow ${verdict.version} holds ${verdict.gpu ? 'a' : 'no'} GPU`
          : `the engine for the CPU does not work: ${verdict.reason}`,
      );
    }
    throw noCuda(device, attempts);
  }
  const verdict = await probeEngine(folder);
  if (!verdict.ok)
    throw noCuda(device, [...attempts, `the engine for CUDA does not work: ${verdict.reason}`]);
  if (!verdict.gpu)
    throw noCuda(device, [...attempts, `TensorFlow ${verdict.version} loads, and holds no GPU`]);
  const [, number] = device.split(':');
  if (number !== undefined) process.env.CUDA_VISIBLE_DEVICES = number;
  return openNative(folder.libraries, { threads, hideLog: request.hideNativeLog ?? false });
}

const noCuda = (device: string, attempts: string[]) =>
  deviceError(
    `--device ${device} is not available:\n${attempts.map((attempt) => `  - ${attempt}`).join('\n')}`,
    'Use --device cpu, or leave --device out and the best device that works is taken.',
  );

async function mustWork(folder: EngineFolder, signal: AbortSignal | undefined): Promise<void> {
  const verdict = await probeEngine(folder);
  if (verdict.ok) return;
  signal?.throwIfAborted(); // Ctrl-C reaches the process that tries it, too
  throw deviceError(
    `the engine in ${folder.libraries} does not work: ${verdict.reason}`,
    'Set it up again: alexft setup --device cpu --force. Or use --device wasm.',
  );
}

const gpuDeviceThere = () => existsSync(join('/dev', 'nvidia0'));
