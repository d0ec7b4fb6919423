// Verdicts of engines that were tried and work, kept in engines/verdicts.json: by the engine, its addon's time and
// size, Node's version and the CPU, since another of any of these can make it fail. A bad verdict is not kept: what was
// wrong may have been mended.

import { readFileSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { writeAtomically } from '../../fetch/atomic.js';
import type { EngineFolder } from './locate.js';
import { firstProcessor } from './platform.js';
import type { Verdict } from './probe.js';
import { addonFile } from './recipe.js';

type GoodVerdict = Extract<Verdict, { ok: true }>;

/** More than anyone has of engines times Node versions; the oldest go. */
const kept = 50;

export function recallVerdict(folder: EngineFolder): GoodVerdict | undefined {
  const verdict = readVerdicts(folder)[keyOf(folder)];
  return verdict && { ok: true, version: verdict.version, gpu: verdict.gpu };
}

export async function rememberVerdict(folder: EngineFolder, { version, gpu }: GoodVerdict): Promise<void> {
  const all = Object.entries({ ...readVerdicts(folder), [keyOf(folder)]: { version, gpu } });
  const text = `${JSON.stringify(Object.fromEntries(all.slice(-kept)), undefined, 2)}\n`;
  // A cache that can't be written costs a second at each start, and nothing else.
  await writeAtomically(verdictsFile(folder), (path) => writeFile(path, text)).catch(() => {});
}

const verdictsFile = ({ path }: EngineFolder) => join(dirname(path), 'verdicts.json');

function readVerdicts(folder: EngineFolder): Partial<Record<string, Omit<GoodVerdict, 'ok'>>> {
  try {
    return JSON.parse(readFileSync(verdictsFile(folder), 'utf8'));
  } catch {
    return {};
  }
}

/** (A GPU's driver belongs here too, once an engine for CUDA can be set up.) */
function keyOf({ name, libraries }: EngineFolder): string {
  const addon = statSync(join(libraries, addonFile), { throwIfNoEntry: false });
  const processor = firstProcessor();
  const cpu = processor.name ?? cpus()[0]?.model ?? 'unknown CPU';
  // By its flags as well: a virtual machine can hide instructions of a CPU that has them.
  const flags = processor.flags ? ` with ${processor.flags.split(' ').length} features` : '';
  return `${name} ${addon?.size}@${addon?.mtimeMs}, Node ${process.version}, ${cpu}${flags}`;
}
