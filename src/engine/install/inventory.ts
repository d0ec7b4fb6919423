// What lies in engines/: whole engines, also of other versions of alexft, and what killed set-ups left. And how it goes.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { deviceError } from '../../errors.js';
import { sweep, withWorkFolder } from '../../fetch/workFolder.js';
import {
  type EngineFolder,
  type EngineRecord,
  engineFolder,
  enginesFolder,
  isWhole,
  locateEngine,
} from './locate.js';
import { engineName, type NativeDevice, recipes } from './recipe.js';

/** Milliseconds for which nobody used an engine of another recipe, after which a set-up removes it. */
const unusedFor = 30 * 24 * 60 * 60_000;

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

function stateOf(folder: EngineFolder): EngineEntry['state'] {
  if (/\.(working|leftover)$/.test(folder.name)) return 'unfinished';
  if (!isWhole(folder)) return 'broken';
  return isTodays(folder.name) ? 'engine' : 'other';
}

const isTodays = (name: string): boolean =>
  recipes.map(engineName).some((today) => name === today || name.startsWith(`${today}.`));

function recordOf({ path }: EngineFolder): EngineRecord | undefined {
  try {
    return JSON.parse(readFileSync(join(path, 'engine.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Removes every engine of `device`, those of other recipes too, and what killed set-ups left. Returns what went. Throws
 * a device error (exit 4) while another process sets one up.
 */
export async function removeEngines(device: NativeDevice, signal?: AbortSignal): Promise<EngineEntry[]> {
  const before = (await listEntries()).filter(({ folder }) => folder.device === device);
  if (before.length === 0) return [];
  const recipe = recipes.find(
    ({ device: of, runsOn }) =>
      of === device && runsOn.os === process.platform && runsOn.arch === process.arch,
  );
  // Whoever has the work folder sets up; having it keeps others from beginning. It sweeps what killed ones left.
  const lock = join(enginesFolder(), recipe ? engineName(recipe) : device);
  await withWorkFolder(lock, { signal, onWait: refuse }, async () => {
    for (const { folder, state } of before) if (state !== 'unfinished') await removeFolder(folder.path);
  });
  const left = readFolders(enginesFolder());
  return before.filter(({ folder }) => !left.includes(folder.name));
}

function refuse(pid: string): never {
  throw deviceError(
    `Another process (${pid}) is setting up an engine.`,
    'Wait until it is done, or end it, and try again.',
  );
}

/** Removes what killed set-ups left, and engines that nobody uses any more. Returns the latters' names. */
export async function tidy(device: NativeDevice): Promise<string[]> {
  await sweep(enginesFolder()).catch(() => {}); // a cache that can't be written
  return removeUnused(device).catch(() => []);
}

/**
 * Removes the device's broken engines, and those of other recipes that were not used for long: an older alexft may be
 * installed elsewhere, and at work. Returns their names.
 */
export async function removeUnused(device: NativeDevice): Promise<string[]> {
  const gone: string[] = [];
  for (const name of readFolders(enginesFolder()).filter((each) => each.startsWith(`${device}-`))) {
    const folder = engineFolder(device, name);
    const state = stateOf(folder);
    if (state === 'engine' || state === 'unfinished') continue;
    const record = statSync(join(folder.path, 'engine.json'), { throwIfNoEntry: false });
    if (!isTodays(name) && record && Date.now() - record.mtimeMs < unusedFor) continue;
    await removeFolder(folder.path);
    gone.push(name);
  }
  return gone;
}

/** First out of sight, so that a process killed on the way leaves no half engine under an engine's name. */
export async function removeFolder(path: string): Promise<void> {
  const aside = `${path}.${process.pid}-removed.leftover`;
  await rename(path, aside);
  await rm(aside, { recursive: true, force: true });
}

function readFolders(path: string): string[] {
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
