// Removes engines: on request, after long disuse, and the remains of killed set-ups.

import { statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { deviceError, printable, reasonOf } from '../../core/errors.js';
import { sweep, withWorkFolder } from '../../io/workFolder.js';
import { engineName, type NativeDevice } from '../recipes/recipe.js';
import { localRecipe } from '../recipes/recipes.js';
import { isSystemError } from './extract.js';
import { type EngineEntry, isCurrent, listEntries, readFolders, stateOf } from './inventory.js';
import { engineFolder, enginesFolder } from './locate.js';

/** Milliseconds of disuse after which an engine of another recipe is removed. */
const maxUnused = 30 * 24 * 60 * 60_000;

/**
 * Removes every engine of `device`, including those of other recipes, and the remains of killed set-ups. Returns the
 * removed entries. Throws a device error (exit code 4) while another process sets up an engine.
 */
export async function removeEngines(device: NativeDevice, signal?: AbortSignal): Promise<EngineEntry[]> {
  const before = (await listEntries()).filter(({ folder }) => folder.device === device);
  if (before.length === 0) return [];
  const recipe = localRecipe(device);
  // The work folder is the lock of set-ups. Taking it also removes the remains of killed ones.
  const lock = join(enginesFolder(), recipe ? engineName(recipe) : device);
  try {
    await withWorkFolder(lock, { signal, onWait: throwBusy }, async () => {
      for (const { folder, state } of before) if (state !== 'unfinished') await removeFolder(folder.path);
    });
  } catch (error) {
    if (signal?.aborted || !isSystemError(error)) throw error;
    throw deviceError(
      `The engines in '${printable(enginesFolder())}' can't be removed: ${printable(reasonOf(error))}`,
      'Remove them as a user with write permission for this folder.',
      error,
    );
  }
  const left = readFolders(enginesFolder());
  return before.filter(({ folder }) => !left.includes(folder.name));
}

function throwBusy(pid: string): never {
  throw deviceError(
    `Another process (${pid}) is setting up an engine.`,
    'Wait until it has finished, or stop it, and try again.',
  );
}

/** Removes the remains of killed set-ups, and unused engines. Returns the names of the unused engines. */
export async function removeStale(device: NativeDevice): Promise<string[]> {
  await sweep(enginesFolder());
  return removeUnused(device).catch(() => []); // the cache may be read-only
}

/**
 * Removes the device's broken engines, and those of other recipes that were not used for 30 days: another version of
 * alexft on this machine may still use them. Returns their names.
 */
export async function removeUnused(device: NativeDevice): Promise<string[]> {
  const removed: string[] = [];
  for (const name of readFolders(enginesFolder()).filter((each) => each.startsWith(`${device}-`))) {
    const folder = engineFolder(device, name);
    const state = stateOf(folder);
    if (state === 'engine' || state === 'unfinished') continue;
    const record = statSync(join(folder.path, 'engine.json'), { throwIfNoEntry: false });
    if (!isCurrent(name) && record && Date.now() - record.mtimeMs < maxUnused) continue;
    await removeFolder(folder.path);
    removed.push(name);
  }
  return removed;
}

/** Renames the folder first: if the process is killed, no partial engine remains under its name. */
export async function removeFolder(path: string): Promise<void> {
  const renamed = `${path}.${process.pid}-removed.leftover`;
  await rename(path, renamed);
  await rm(renamed, { recursive: true, force: true });
}
