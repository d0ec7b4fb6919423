// What lies in engines/: whole engines, also of other versions of alexft, and what killed set-ups left.

import { readdirSync, readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type EngineFolder,
  type EngineRecord,
  engineFolder,
  enginesFolder,
  isWhole,
  locateEngine,
} from './locate.js';
import { engineName, recipes } from './recipe.js';

export interface EngineEntry {
  readonly folder: EngineFolder;
  /**
   * `engine`: whole, by today's recipe. `other`: whole, by the recipe of another version of alexft. `broken`: a part is
   * missing. `unfinished`: a set-up is at work there, or was killed.
   */
  readonly state: 'engine' | 'other' | 'broken' | 'unfinished';
  /** TensorFlow's version. */
  readonly version: string | undefined;
  /** On disk. */
  readonly bytes: number;
  /** Whether it is the one that its device's name stands for. */
  readonly taken: boolean;
}

/** Everything in the engines' folder, by name. */
export async function listEntries(): Promise<EngineEntry[]> {
  const names = readFolders(enginesFolder());
  return Promise.all(names.map(entryOf));
}

async function entryOf(name: string): Promise<EngineEntry> {
  const folder = engineFolder(name.startsWith('cuda-') ? 'cuda' : 'cpu', name);
  const bytes = await sizeOf(folder.path);
  return {
    folder,
    state: stateOf(folder),
    version: recordOf(folder)?.tensorflow ?? /-tf(\d+\.\d+\.\d+)-/.exec(name)?.[1],
    bytes,
    taken: locateEngine(folder.device)?.name === name,
  };
}

export function stateOf(folder: EngineFolder): EngineEntry['state'] {
  if (/\.(working|leftover)$/.test(folder.name)) return 'unfinished';
  if (!isWhole(folder)) return 'broken';
  return isTodays(folder.name) ? 'engine' : 'other';
}

export const isTodays = (name: string): boolean =>
  recipes.map(engineName).some((today) => name === today || name.startsWith(`${today}.`));

function recordOf({ path }: EngineFolder): EngineRecord | undefined {
  try {
    return JSON.parse(readFileSync(join(path, 'engine.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

/** The folders in `path`, by name; none where it can't be read. */
export function readFolders(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}

/** Bytes of all files; what disappears meanwhile counts nothing. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries.filter((each) => each.isFile())) {
    bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0;
  }
  return bytes;
}
