// Where engines lie, and which of them are whole. Runs at every start, so it looks at names and sizes only.

import { readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../io/cacheFolder.js';
import { engineName, type NativeDevice, type Recipe, recipes } from './recipe.js';

/** An engine on disk. */
export interface EngineFolder {
  readonly device: NativeDevice;
  /** Names what it was made of and which making it is: `cpu-tf2.21.0-0123abcd`, made anew `..-0123abcd.2`. */
  readonly name: string;
  /** Everything that belongs to it. */
  readonly path: string;
  /** Inside it: TensorFlow's libraries and the addon. */
  readonly libraries: string;
}

/** `engine.json` in the engine's folder. Written last, so a folder with it is whole. */
export interface EngineRecord {
  readonly schema: 1;
  readonly device: NativeDevice;
  readonly tensorflow: string;
  readonly wheels: readonly { readonly file: string; readonly sha256: string }[];
  readonly addon: { readonly origin: string; readonly sha256: string };
  /** Relative path -> size in bytes. */
  readonly files: Readonly<Record<string, number>>;
  readonly made: string;
}

export const enginesFolder = (): string => join(cacheFolder(), 'engines');

/** The whole engine of `device` that was made last by today's recipe; undefined where there is none. */
export function locateEngine(device: NativeDevice): EngineFolder | undefined {
  const recipe = recipes.find(
    ({ device: of, runsOn }) =>
      of === device && runsOn.os === process.platform && runsOn.arch === process.arch,
  );
  return recipe && locateRecipe(recipe);
}

/** The whole engine that was made last by `recipe`; undefined where there is none. */
export function locateRecipe(recipe: Recipe): EngineFolder | undefined {
  return makings(engineName(recipe))
    .reverse()
    .map((name) => engineFolder(recipe.device, name))
    .find(isWhole);
}

/** Notes that the engine is used, by the time of its record: engines of older recipes that nobody uses go one day. */
export function markUsed({ path }: EngineFolder): void {
  try {
    utimesSync(join(path, 'engine.json'), new Date(), new Date());
  } catch {
    // A cache of someone else's, say, that can't be written.
  }
}

export function engineFolder(device: NativeDevice, name: string, parent = enginesFolder()): EngineFolder {
  const path = join(parent, name);
  return { device, name, path, libraries: join(path, 'tensorflow') };
}

/** The folders that hold the engine `name`, oldest first: `name`, `name.2`, `name.3`. */
export function makings(name: string): string[] {
  const number = (folder: string) => Number(folder.slice(name.length + 1) || 1);
  return list(enginesFolder())
    .filter((folder) => folder === name || (folder.startsWith(`${name}.`) && number(folder) > 1))
    .sort((a, b) => number(a) - number(b));
}

/** The name for making the engine `name` once more: the old one stays whole until the new one is. */
export function nextMaking(name: string): string {
  const last = makings(name).at(-1);
  if (last === undefined) return name;
  return `${name}.${Number(last.slice(name.length + 1) || 1) + 1}`;
}

export function isWhole({ path }: EngineFolder): boolean {
  try {
    const { files } = JSON.parse(readFileSync(join(path, 'engine.json'), 'utf8')) as EngineRecord;
    return Object.entries(files).every(([file, bytes]) => statSync(join(path, file)).size === bytes);
  } catch {
    return false; // no record, or a file of it is gone: as good as no engine
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
