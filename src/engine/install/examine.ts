// What there is of engines and GPUs on this machine, each with whether it works, why not, and what to do: for `doctor`.

import * as tf from '@tensorflow/tfjs-core';
import { printable, reasonOf, UserError } from '../../core/errors.js';
import { type GpuFacts, readGpuFacts } from '../gpu/facts.js';
import { missingOf } from '../gpu/missing.js';
import { type CudaFinding, findCuda } from '../openCuda.js';
import { loadWasmBackend, openWasm } from '../wasm.js';
import { locateEngine } from './locate.js';
import { findRecipe, thisPlatform } from './platform.js';
import { probeEngine } from './probe.js';

export interface EngineReport {
  readonly device: 'cpu' | 'cuda' | 'wasm';
  /** The folder's name in engines/. */
  readonly name?: string;
  readonly path?: string;
  /** Of TensorFlow, or of tfjs for wasm. */
  readonly version?: string;
  readonly ok: boolean;
  /** In a sentence without a full stop. */
  readonly detail: string;
  /** What to do where it is not ok. */
  readonly fix?: string;
}

export interface GpuReport {
  readonly ok: boolean;
  readonly detail: string;
  readonly fix?: string;
  /** The NVIDIA driver's version. */
  readonly driver?: string;
  /** The GPUs' names, in the order of their numbers. */
  readonly gpus?: readonly string[];
}

/** The engines for the CPU, for CUDA and in WebAssembly, in this order. Native ones are tried, in child processes. */
export async function examineEngines(): Promise<EngineReport[]> {
  return [await examineCpu(), await examineCuda(), await examineWasm()];
}

async function examineCpu(): Promise<EngineReport> {
  const device = 'cpu';
  const folder = locateEngine(device);
  if (!folder) return notSetUp(device);
  const { name, path } = folder;
  const verdict = await probeEngine(folder);
  if (verdict.ok) return { device, name, path, version: verdict.version, ok: true, detail: 'it computes' };
  const fix = 'alexft setup --device cpu --force';
  return { device, name, path, ok: false, detail: verdict.reason, fix };
}

/** The engine for CUDA: ok where it computes on a GPU. */
export async function examineCuda(): Promise<EngineReport> {
  const device = 'cuda';
  const folder = locateEngine(device);
  if (!folder) return notSetUp(device);
  const { name, path } = folder;
  const found = await findAny();
  if (found.ok) {
    const detail = `it computes on ${found.description?.name ?? 'the GPU'}`;
    return { device, name, path, version: found.version, ok: true, detail };
  }
  const detail = found.missing.map(({ what }) => what).join('; ');
  return { device, name, path, ok: false, detail, fix: found.missing[0]!.fix };
}

/** As findCuda; that CUDA_VISIBLE_DEVICES hides every GPU is a finding here. */
async function findAny(): Promise<CudaFinding> {
  try {
    return await findCuda({ device: 'cuda' });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ok: false, missing: [{ what: error.message, fix: error.hint ?? '' }] };
  }
}

function notSetUp(device: 'cpu' | 'cuda'): EngineReport {
  const recipe = findRecipe(device, thisPlatform());
  if (typeof recipe === 'string') return { device, ok: false, detail: recipe };
  const untried = recipe.tried ? '' : ' (nobody could try it on this platform before it was published)';
  return { device, ok: false, detail: `it is not set up${untried}`, fix: `alexft setup --device ${device}` };
}

/** Tried in this process, of which it then is tfjs' backend. */
async function examineWasm(): Promise<EngineReport> {
  const device = 'wasm';
  try {
    const version = loadWasmBackend();
    await openWasm();
    const product = tf.tidy(() => tf.matMul([[1, 2]], [[3], [4]]).dataSync()[0]);
    if (product !== 11) throw new Error(`[1 2] times [3 4] gave ${product}, not 11`);
    // tfjs has a build of WebAssembly without SIMD too, and takes it on a CPU that lacks SSE4.1, say.
    const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
    const detail = simd ? 'it computes' : 'it computes; slower yet, as this CPU has no SIMD for it';
    return { device, version, ok: true, detail };
  } catch (error) {
    const detail = `it does not work: ${printable(reasonOf(error).split('\n')[0]!)}`;
    const fix = (error instanceof UserError && error.hint) || 'Install alexft again.';
    return { device, ok: false, detail, fix };
  }
}

/** Whether there is an NVIDIA GPU with its driver; whether TensorFlow takes it is the CUDA engine's report. */
export async function examineGpu(facts: GpuFacts = readGpuFacts()): Promise<GpuReport> {
  const { driver, gpus } = facts;
  const known = { ...(driver !== undefined && { driver }), ...(gpus.length > 0 && { gpus }) };
  const missing = missingOf(facts);
  if (missing.length > 0) {
    const detail = missing.map(({ what }) => what).join('; ');
    return { ok: false, detail, fix: missing[0]!.fix, ...known };
  }
  const names = gpus.length > 0 ? gpus.join(', ') : 'an NVIDIA GPU';
  return { ok: true, detail: `${names}${driver === undefined ? '' : `, driver ${driver}`}`, ...known };
}
