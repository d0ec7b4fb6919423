// Finds installed engines. Runs at every start, so it only compares file names and sizes.

import { readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../io/cacheFolder.js';
import { engineName, type NativeDevice, type Recipe } from '../recipes/recipe.js';
import { localRecipe } from '../recipes/recipes.js';

/** An engine on disk. */
export interface EngineFolder {
  readonly device: NativeDevice;
  /** The recipe's name, plus a number for later builds: `cpu-tf2.21.0-0123abcd`, `cpu-tf2.21.0-0123abcd.2`. */
  readonly name: string;
  /** The engine's folder. */
  readonly path: string;
  /** The folder inside `path` with TensorFlow's libraries and the addon. */
  readonly libraries: string;
}

/** `engine.json` in the engine's folder. Written last, so its existence means that the set-up finished. */
export interface EngineRecord {
  readonly schema: 1;
  readonly device: NativeDevice;
  readonly tensorflow: string;
  readonly wheels: readonly { readonly file: string; readonly sha256: string }[];
  readonly addon: { readonly origin: string; readonly sha256: string };
  /** Sizes in bytes by relative path. */
  readonly files: Readonly<Record<string, number>>;
  readonly made: string;
}

export const enginesFolder = (): string => join(cacheFolder(), 'engines');

/** The latest complete build of `device`'s engine from a current recipe; undefined if there is none. */
export function locateEngine(device: NativeDevice): EngineFolder | undefined {
  const recipe = localRecipe(device);
  return recipe && locateRecipe(recipe);
}

/** The latest complete build from `recipe`; undefined if there is none. */
export function locateRecipe(recipe: Recipe): EngineFolder | undefined {
  return buildsOf(engineName(recipe))
    .reverse()
    .map((name) => engineFolder(recipe.device, name))
    .find(isComplete);
}

/** Sets the time of engine.json to now, so that `removeUnused` can tell which old engines are still used. */
export function markUsed({ path }: EngineFolder): void {
  try {
    utimesSync(join(path, 'engine.json'), new Date(), new Date());
  } catch {
    // The cache may be read-only.
  }
}

export function engineFolder(device: NativeDevice, name: string, parent = enginesFolder()): EngineFolder {
  const path = join(parent, name);
  return { device, name, path, libraries: join(path, 'tensorflow') };
}

/** Folder names of all builds of the engine `name`, oldest first: `name`, `name.2`, `name.3`. */
export function buildsOf(name: string): string[] {
  const number = (folder: string) => Number(folder.slice(name.length + 1) || 1);
  return list(enginesFolder())
    .filter((folder) => folder === name || (folder.startsWith(`${name}.`) && number(folder) > 1))
    .sort((a, b) => number(a) - number(b));
}

/**
 * The folder name for the next build of the engine `name`. The old build stays in place until the new one is complete.
 */
export function nextBuildName(name: string): string {
  const last = buildsOf(name).at(-1);
  if (last === undefined) return name;
  return `${name}.${Number(last.slice(name.length + 1) || 1) + 1}`;
}

/** Whether every file that engine.json lists exists and has its size. */
export function isComplete({ path }: EngineFolder): boolean {
  try {
    const { files } = JSON.parse(readFileSync(join(path, 'engine.json'), 'utf8')) as EngineRecord;
    return Object.entries(files).every(([file, bytes]) => statSync(join(path, file)).size === bytes);
  } catch {
    return false;
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
