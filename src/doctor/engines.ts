// The engines: which there are, whether they work, and which one a training would get.

import { type Context, mayFetch } from '../core/context.js';
import { printable, UserError } from '../core/errors.js';
import { gigabytes } from '../core/formatting.js';
import type { Engine } from '../engine/engine.js';
import { type EngineReport, examineEngines, examineGpu } from '../engine/install/examine.js';
import { listEntries } from '../engine/install/inventory.js';
import { enginesFolder } from '../engine/install/locate.js';
import { findRecipe, thisPlatform } from '../engine/install/platform.js';
import { checkRequirements, diskNeeds } from '../engine/install/requirements.js';
import { openEngine } from '../engine/openEngine.js';
import type { DoctorOptions } from '../options/doctorOptions.js';
import { type Check, fine, problem } from './check.js';

export interface FoundEngine {
  /** The engine that a training gets now, open; undefined where it gets none. */
  readonly engine: Engine | undefined;
  readonly checks: readonly Check[];
}

/** Looks at every engine and opens the one that is asked for. Fetches nothing. */
export async function findEngine(options: DoctorOptions, context: Context): Promise<FoundEngine> {
  const { device } = options;
  const reports = await Promise.all((await examineEngines()).map(withDamaged));
  const gpu = await examineGpu();
  const checks = reports.map((report) => engineCheck(report, device, gpu.ok));
  checks.push(gpuCheck(gpu, device));
  const cpu = reports.find((report) => report.device === 'cpu')!;
  const missing = (cpu.path === undefined || cpu.damaged === true) && (device === 'auto' || device === 'cpu');
  const setUp = missing && mayFetch(options) ? await setUpCheck() : undefined;
  if (setUp) checks.push(setUp);

  if (missing && device === 'cpu') {
    const why = setUp ? '; a training would set it up first' : '';
    checks.push(problem('device', `cpu: ${cpu.detail}${why}`, cpu.fix ?? 'use --device wasm, or auto'));
    return { engine: undefined, checks };
  }
  try {
    const engine = await openEngine({ ...context, ...options, onMessage: () => {}, setup: false });
    const later =
      setUp?.ok && engine.device === 'wasm' ? '; a training would first set up the engine for the CPU' : '';
    checks.push(fine('device', `${engine.description}, for --device ${device}${later}`));
    return { engine, checks };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    checks.push(problem('device', oneLine(error.message), oneLine(error.hint ?? 'Use --device auto.')));
    return { engine: undefined, checks };
  }
}

type Found = EngineReport & { readonly damaged?: boolean };

/** A folder of which a part is missing counts as no engine at its start; here it is told. */
async function withDamaged(report: EngineReport): Promise<Found> {
  if (report.path !== undefined || report.device === 'wasm') return report;
  const broken = (await listEntries()).find(
    ({ folder, state }) => folder.device === report.device && state === 'broken',
  );
  if (!broken) return report;
  const { name, path } = broken.folder;
  const fix = `alexft setup --device ${report.device} --force`;
  const detail = 'it is damaged: a file of it is missing, or is not whole';
  return { ...report, name: printable(name), path, damaged: true, detail, fix };
}

/** Not to be set up is no problem for who does not ask for it; to be there and not to work is one. */
function engineCheck(report: EngineReport, asked: string, gpuIsThere: boolean): Check {
  const { device, ok, path, detail, fix } = report;
  const name = `engine ${device}`;
  const version =
    report.version === undefined ? '' : `${device === 'wasm' ? 'tfjs' : 'TensorFlow'} ${report.version}: `;
  const place = report.name === undefined ? '' : ` (${report.name})`;
  const told = `${version}${detail}${place}`;
  const wanted = asked.startsWith(device) || (asked === 'auto' && (device === 'cpu' || gpuIsThere));
  if (ok || !wanted) return fine(name, told);
  if (path === undefined && device !== 'wasm') return fine(name, told, fix);
  return problem(name, told, fix ?? `alexft setup --device ${device} --force`);
}

function gpuCheck({ ok, detail, fix }: Awaited<ReturnType<typeof examineGpu>>, asked: string): Check {
  if (ok || !asked.startsWith('cuda')) return fine('gpu', detail);
  return problem('gpu', detail, fix ?? 'use --device auto');
}

/** Whether a training could set the engine for the CPU up: it would do so by itself. Nothing where there is none. */
async function setUpCheck(): Promise<Check | undefined> {
  const recipe = findRecipe('cpu', thisPlatform());
  if (typeof recipe === 'string') return undefined;
  const { fetched, kept } = diskNeeds(recipe);
  const what = `the engine for the CPU takes ${gigabytes(fetched)} to fetch, and ${gigabytes(kept)} of disk`;
  try {
    await checkRequirements(recipe, enginesFolder(), undefined);
    return fine('set-up', `${what}; pip, what builds it, and the space are there`);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return fine('set-up', oneLine(error.message), oneLine(error.hint ?? ''));
  }
}

/** A message that lists things in lines of their own, as a sentence. */
const oneLine = (text: string): string => text.replaceAll(/:\n\s*- /g, ': ').replaceAll(/\n\s*- /g, '; ');
