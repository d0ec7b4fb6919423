// Checks the engines: which are installed, whether they work, and which one training would use.

import { type Context, mayFetch } from '../core/context.js';
import { printable, UserError } from '../core/errors.js';
import { gigabytes } from '../core/formatting.js';
import type { Device } from '../engine/device.js';
import type { Engine } from '../engine/engine.js';
import { type EngineReport, examineEngines, examineGpu, type GpuReport } from '../engine/examine.js';
import { listEntries } from '../engine/install/inventory.js';
import { enginesFolder } from '../engine/install/locate.js';
import { checkRequirements, diskNeeds } from '../engine/install/requirements.js';
import { openEngine } from '../engine/openEngine.js';
import { cpuPrecisions, type Precision } from '../engine/precision.js';
import { findRecipe } from '../engine/recipes/findRecipe.js';
import { thisPlatform } from '../engine/recipes/platform.js';
import { type Check, pass, problem } from './diagnosis.js';

interface EngineOptions {
  readonly device: Device;
  readonly threads: number | undefined;
  readonly precision: Precision;
  readonly noSetup: boolean;
}

export interface FoundEngine {
  /** The opened engine that training would use now; undefined if there is none. */
  readonly engine: Engine | undefined;
  readonly checks: readonly Check[];
}

/** Checks every engine and opens the requested one. Downloads nothing. */
export async function findEngine(options: EngineOptions, context: Context): Promise<FoundEngine> {
  const { device } = options;
  const reports = await Promise.all((await examineEngines()).map(detectDamage));
  const gpu = await examineGpu();
  const checks = reports.map((report) => engineCheck(report, device, gpu.ok));
  checks.push(gpuCheck(gpu, device));
  checks.push(pass('precision', `this CPU computes in ${cpuPrecisions().join(' and ')}`));
  const cpu = reports.find((report) => report.device === 'cpu')!;
  const missing = (cpu.path === undefined || cpu.damaged === true) && (device === 'auto' || device === 'cpu');
  const setUp = missing && mayFetch(options) ? await setUpCheck() : undefined;
  if (setUp) checks.push(setUp);

  if (missing && device === 'cpu') {
    const why = setUp ? '; training would set it up first' : '';
    checks.push(problem('device', `cpu: ${cpu.detail}${why}`, cpu.fix ?? 'use --device wasm, or auto'));
    return { engine: undefined, checks };
  }
  try {
    const engine = await openEngine({ ...context, ...options, onMessage: () => {}, setup: false });
    const later = setUp?.ok && engine.device === 'wasm' ? '; training would first set up the CPU engine' : '';
    checks.push(pass('device', `${engine.description}, for --device ${device}${later}`));
    return { engine, checks };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    checks.push(problem('device', oneLine(error.message), oneLine(error.hint ?? 'Use --device auto.')));
    return { engine: undefined, checks };
  }
}

type Found = EngineReport & { readonly damaged?: boolean };

/** Distinguishes a damaged engine, which is otherwise treated as missing. */
async function detectDamage(report: EngineReport): Promise<Found> {
  if (report.path !== undefined || report.device === 'wasm') return report;
  const broken = (await listEntries()).find(
    ({ folder, state }) => folder.device === report.device && state === 'broken',
  );
  if (!broken) return report;
  const { name, path } = broken.folder;
  const fix = `alexft setup --device ${report.device} --force`;
  const detail = 'it is damaged: a file is missing or truncated';
  return { ...report, name: printable(name), path, damaged: true, detail, fix };
}

/** A missing engine is not a problem, an installed one that does not work is: both only if the device may use it. */
function engineCheck(report: EngineReport, requested: string, hasGpu: boolean): Check {
  const { device, ok, path, detail, fix } = report;
  const name = `engine ${device}`;
  const version =
    report.version === undefined ? '' : `${device === 'wasm' ? 'tfjs' : 'TensorFlow'} ${report.version}: `;
  const folder = report.name === undefined ? '' : ` (${report.name})`;
  const found = `${version}${detail}${folder}`;
  const relevant = requested.startsWith(device) || (requested === 'auto' && (device === 'cpu' || hasGpu));
  if (ok || !relevant) return pass(name, found);
  if (path === undefined && device !== 'wasm') return pass(name, found, fix);
  return problem(name, found, fix ?? `alexft setup --device ${device} --force`);
}

function gpuCheck({ ok, detail, fix }: GpuReport, requested: string): Check {
  if (ok || !requested.startsWith('cuda')) return pass('gpu', detail);
  return problem('gpu', detail, fix ?? 'use --device auto');
}

/** Whether training could set up the CPU engine, which it does automatically. Undefined if this platform has none. */
async function setUpCheck(): Promise<Check | undefined> {
  const recipe = findRecipe('cpu', thisPlatform());
  if (typeof recipe === 'string') return undefined;
  const { download, installed } = diskNeeds(recipe);
  const size = `the CPU engine is a download of ${gigabytes(download)} and takes ${gigabytes(installed)} on disk`;
  try {
    await checkRequirements(recipe, enginesFolder(), undefined);
    return pass('set-up', `${size}; pip, the build tools and the disk space are available`);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return pass('set-up', oneLine(error.message), oneLine(error.hint ?? ''));
  }
}

/** Joins a message with a list into one line. */
const oneLine = (text: string): string => text.replaceAll(/:\n\s*- /g, ': ').replaceAll(/\n\s*- /g, '; ');
