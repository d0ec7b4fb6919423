// Lists engines/: engines of this and other versions of alexft, and remains of killed set-ups.

import { readdirSync, readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { engineName } from '../recipes/recipe.js';
import { recipes } from '../recipes/recipes.js';
import {
  type EngineFolder,
  type EngineRecord,
  engineFolder,
  enginesFolder,
  isComplete,
  locateEngine,
} from './locate.js';

export interface EngineEntry {
  readonly folder: EngineFolder;
  /**
   * `engine`: complete, from a current recipe. `other`: complete, from a recipe of another version of alexft.
   * `broken`: a file is missing or truncated. `unfinished`: a set-up is in progress or was killed.
   */
  readonly state: 'engine' | 'other' | 'broken' | 'unfinished';
  /** TensorFlow's version. */
  readonly version: string | undefined;
  /** Size on disk. */
  readonly bytes: number;
  /** Whether it is the engine that `--device` opens. */
  readonly taken: boolean;
}

/** Every folder in engines/, sorted by name. */
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
  if (!isComplete(folder)) return 'broken';
  return isCurrent(folder.name) ? 'engine' : 'other';
}

/** Whether the engine was built from a recipe of this version of alexft. */
export const isCurrent = (name: string): boolean =>
  recipes.map(engineName).some((current) => name === current || name.startsWith(`${current}.`));

function recordOf({ path }: EngineFolder): EngineRecord | undefined {
  try {
    return JSON.parse(readFileSync(join(path, 'engine.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Names of the folders in `path`, sorted; empty if it can't be read. */
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

/** The total size of all files. Files that are removed meanwhile count as 0. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries.filter((each) => each.isFile())) {
    bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0;
  }
  return bytes;
}
