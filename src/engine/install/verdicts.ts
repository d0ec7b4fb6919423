// Cache of successful engine tests in engines/verdicts.json. The key has what usually makes an engine fail: the
// engine, its addon's bytes, Node's version, the CPU, and for a GPU the GPUs' names and driver. Failures are not
// cached: the user may fix their cause.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { writeAtomically } from '../../io/atomic.js';
import type { Gpu } from '../gpu/describe.js';
import { firstProcessor } from '../recipes/processor.js';
import { addonFile } from '../recipes/recipe.js';
import type { EngineFolder } from './locate.js';

/** The result of testing an engine in a child process. */
export type Verdict =
  | {
      readonly ok: true;
      /** TensorFlow's. */
      readonly version: string;
      /** Whether TensorFlow has a GPU. */
      readonly gpu: boolean;
      /** The GPU, if one was requested and TensorFlow's log describes it. */
      readonly gpuDescription?: Gpu;
      /** TensorFlow's log about GPUs, if one was requested and it has none. */
      readonly complaints?: readonly string[];
    }
  | { readonly ok: false; readonly reason: string };

type GoodVerdict = Extract<Verdict, { ok: true }>;

/** More than the usual number of engines times Node versions. The oldest are dropped. */
const maxEntries = 50;

/** `environment` is appended to the key: the GPUs and their driver. */
export function cachedVerdict(folder: EngineFolder, environment = ''): GoodVerdict | undefined {
  const verdict = readVerdicts(folder)[keyOf(folder, environment)];
  return typeof verdict?.version === 'string' ? { ok: true, ...verdict } : undefined;
}

export async function cacheVerdict(
  folder: EngineFolder,
  { version, gpu, gpuDescription }: GoodVerdict,
  environment = '',
): Promise<void> {
  const verdict: Omit<GoodVerdict, 'ok'> = { version, gpu, ...(gpuDescription && { gpuDescription }) };
  const all = Object.entries({ ...readVerdicts(folder), [keyOf(folder, environment)]: verdict });
  const text = `${JSON.stringify(Object.fromEntries(all.slice(-maxEntries)), undefined, 2)}\n`;
  // A read-only cache only costs a second at each start.
  await writeAtomically(verdictsFile(folder), (path) => writeFile(path, text)).catch(() => {});
}

const verdictsFile = ({ path }: EngineFolder) => join(dirname(path), 'verdicts.json');

function readVerdicts(folder: EngineFolder): Partial<Record<string, Omit<GoodVerdict, 'ok'>>> {
  try {
    return JSON.parse(readFileSync(verdictsFile(folder), 'utf8')) ?? {};
  } catch {
    return {};
  }
}

function keyOf({ name, libraries }: EngineFolder, environment: string): string {
  const addon = shortHash(join(libraries, addonFile));
  const processor = firstProcessor();
  const cpu = processor.name ?? cpus()[0]?.model ?? 'unknown CPU';
  // With the number of flags: a virtual machine can hide instructions that the CPU has.
  const flags = processor.flags ? ` with ${processor.flags.split(' ').length} features` : '';
  return `${name} ${addon}, Node ${process.version}, ${cpu}${flags}${environment}`;
}

/** A hash of the bytes: modification times are unreliable. */
function shortHash(path: string): string | undefined {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16);
  } catch {
    return undefined;
  }
}
