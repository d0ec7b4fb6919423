// How engines go: those that the user has had enough of, those that nobody used for long, what killed set-ups left.

import { statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { deviceError, printable, reasonOf } from '../../core/errors.js';
import { sweep, withWorkFolder } from '../../io/workFolder.js';
import { isSystemError } from './extract.js';
import { type EngineEntry, isTodays, listEntries, readFolders, stateOf } from './inventory.js';
import { engineFolder, enginesFolder } from './locate.js';
import { engineName, type NativeDevice, recipes } from './recipe.js';

/** Milliseconds for which nobody used an engine of another recipe, after which a set-up removes it. */
const unusedFor = 30 * 24 * 60 * 60_000;

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
  try {
    await withWorkFolder(lock, { signal, onWait: refuse }, async () => {
      for (const { folder, state } of before) if (state !== 'unfinished') await removeFolder(folder.path);
    });
  } catch (error) {
    if (signal?.aborted || !isSystemError(error)) throw error;
    throw deviceError(
      `The engines in '${printable(enginesFolder())}' can't be removed: ${printable(reasonOf(error))}`,
      'Remove them as a user who may write there.',
      error,
    );
  }
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
  await sweep(enginesFolder());
  return removeUnused(device).catch(() => []); // a cache that can't be written
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
