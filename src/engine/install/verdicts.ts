// Verdicts of engines that were tried and work, kept in engines/verdicts.json: by the engine, its addon's bytes,
// Node's version, the CPU, and for a GPU the GPUs' names and their driver, since another of any of these can make
// it fail. A bad verdict is not kept: what was wrong may have been mended.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { writeAtomically } from '../../io/atomic.js';
import type { EngineFolder } from './locate.js';
import { firstProcessor } from './platform.js';
import type { Verdict } from './probe.js';
import { addonFile } from './recipe.js';

type GoodVerdict = Extract<Verdict, { ok: true }>;

/** More than anyone has of engines times Node versions; the oldest go. */
const kept = 50;

/** `dependingOn`: what else the verdict was found with, as text. */
export function recallVerdict(folder: EngineFolder, dependingOn = ''): GoodVerdict | undefined {
  const verdict = readVerdicts(folder)[keyOf(folder, dependingOn)];
  return typeof verdict?.version === 'string' ? { ok: true, ...verdict } : undefined;
}

export async function rememberVerdict(
  folder: EngineFolder,
  { version, gpu, gpuDescription }: GoodVerdict,
  dependingOn = '',
): Promise<void> {
  const verdict: Omit<GoodVerdict, 'ok'> = { version, gpu, ...(gpuDescription && { gpuDescription }) };
  const all = Object.entries({ ...readVerdicts(folder), [keyOf(folder, dependingOn)]: verdict });
  const text = `${JSON.stringify(Object.fromEntries(all.slice(-kept)), undefined, 2)}\n`;
  // A cache that can't be written costs a second at each start, and nothing else.
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

function keyOf({ name, libraries }: EngineFolder, dependingOn: string): string {
  const addon = shortSum(join(libraries, addonFile));
  const processor = firstProcessor();
  const cpu = processor.name ?? cpus()[0]?.model ?? 'unknown CPU';
  // By its flags as well: a virtual machine can hide instructions of a CPU that has them.
  const flags = processor.flags ? ` with ${processor.flags.split(' ').length} features` : '';
  return `${name} ${addon}, Node ${process.version}, ${cpu}${flags}${dependingOn}`;
}

/** By its bytes, never by its times, which tools can set. */
function shortSum(path: string): string | undefined {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16);
  } catch {
    return;
  }
}
