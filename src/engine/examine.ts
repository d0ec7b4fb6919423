// Reports for `doctor` on the engines and GPUs of this machine: whether each works, and what to do if not.

import * as tf from '@tensorflow/tfjs-core';
import { printable, reasonOf, UserError } from '../core/errors.js';
import { type GpuFacts, readGpuFacts } from './gpu/facts.js';
import { missingOf } from './gpu/missing.js';
import { locateEngine } from './install/locate.js';
import { probeEngine } from './install/probe.js';
import { type CudaFinding, findCuda } from './openCuda.js';
import { findRecipe } from './recipes/findRecipe.js';
import { thisPlatform } from './recipes/platform.js';
import { loadWasmBackend, openWasm } from './wasm.js';

export interface EngineReport {
  readonly device: 'cpu' | 'cuda' | 'wasm';
  /** The folder's name in engines/. */
  readonly name?: string;
  readonly path?: string;
  /** TensorFlow's, or tfjs' for wasm. */
  readonly version?: string;
  readonly ok: boolean;
  /** A sentence without a full stop. */
  readonly detail: string;
  /** What to do if it is not ok. */
  readonly fix?: string;
}

export interface GpuReport {
  readonly ok: boolean;
  readonly detail: string;
  readonly fix?: string;
  /** The NVIDIA driver's version. */
  readonly driver?: string;
  /** The GPUs' names, by number. */
  readonly gpus?: readonly string[];
}

/** The engines for the CPU, CUDA and WebAssembly, in this order. Native ones are tested in child processes. */
export async function examineEngines(): Promise<EngineReport[]> {
  return [await examineCpu(), await examineCuda(), await examineWasm()];
}

async function examineCpu(): Promise<EngineReport> {
  const device = 'cpu';
  const folder = locateEngine(device);
  if (!folder) return notSetUp(device);
  const { name, path } = folder;
  const verdict = await probeEngine(folder);
  if (verdict.ok) return { device, name, path, version: verdict.version, ok: true, detail: 'it works' };
  const fix = 'alexft setup --device cpu --force';
  return { device, name, path, ok: false, detail: verdict.reason, fix };
}

/** The engine for CUDA: ok if it computes on a GPU. */
export async function examineCuda(): Promise<EngineReport> {
  const device = 'cuda';
  const folder = locateEngine(device);
  if (!folder) return notSetUp(device);
  const { name, path } = folder;
  const found = await findAnyGpu();
  if (found.ok) {
    const detail = `it works on ${found.description?.name ?? 'the GPU'}`;
    return { device, name, path, version: found.version, ok: true, detail };
  }
  const detail = found.missing.map(({ what }) => what).join('; ');
  return { device, name, path, ok: false, detail, fix: found.missing[0]!.fix };
}

/** Like findCuda, but reports an error of its arguments (CUDA_VISIBLE_DEVICES hides every GPU) as a finding. */
async function findAnyGpu(): Promise<CudaFinding> {
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
  const note = recipe.tested ? '' : ' (it was not tested on this platform before release)';
  return { device, ok: false, detail: `it is not set up${note}`, fix: `alexft setup --device ${device}` };
}

/** Tested in this process, where it becomes tfjs' backend. */
async function examineWasm(): Promise<EngineReport> {
  const device = 'wasm';
  try {
    const version = loadWasmBackend();
    await openWasm();
    const product = tf.tidy(() => tf.matMul([[1, 2]], [[3], [4]]).dataSync()[0]);
    if (product !== 11) throw new Error(`expected [1 2] times [3 4] to be 11 but received ${product}`);
    // Without SIMD support (a CPU without SSE4.1), tfjs uses its build without SIMD.
    const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
    const detail = simd ? 'it works' : 'it works, without SIMD, which this CPU does not support: even slower';
    return { device, version, ok: true, detail };
  } catch (error) {
    const detail = `it does not work: ${printable(reasonOf(error).split('\n')[0]!)}`;
    const fix = (error instanceof UserError && error.hint) || 'Install alexft again.';
    return { device, ok: false, detail, fix };
  }
}

/** Whether there is an NVIDIA GPU with a driver. Whether TensorFlow can use it is in the CUDA engine's report. */
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
