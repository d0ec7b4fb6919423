// Makes a native engine: fetch the wheels, unpack their libraries, add the addon, prove that it computes, and only then
// put it where locateEngine looks. Killed at any moment, it leaves what was there before.

import { copyFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deviceError, printable, reasonOf } from '../../core/errors.js';
import { gigabytes } from '../../core/formatting.js';
import { sha256OfFile, syncFolder } from '../../io/atomic.js';
import { withWorkFolder } from '../../io/workFolder.js';
import { compileAddon, compilerVersion, prebuiltAddon } from './compile.js';
import { isSystemError } from './extract.js';
import {
  type EngineFolder,
  type EngineRecord,
  engineFolder,
  enginesFolder,
  locateRecipe,
  makings,
  nextMaking,
} from './locate.js';
import { recipeFor } from './platform.js';
import { tryEngine } from './probe.js';
import { addonFile, engineName, keptFiles, type NativeDevice, type Recipe, wheelsOf } from './recipe.js';
import { removeFolder, removeUnused } from './removal.js';
import { checkRequirements, diskNeeds } from './requirements.js';
import { rememberVerdict } from './verdicts.js';
import { unpackWheel, type WheelOptions } from './wheel.js';

export interface InstallOptions extends WheelOptions {
  readonly onMessage: (message: string) => void;
  /** Make it again even if it is there. */
  readonly force?: boolean | undefined;
  /** The user asks for it by name, so that a recipe that nobody could try before may be tried. */
  readonly untried?: boolean | undefined;
}

/**
 * Sets up `device`'s engine in the cache folder and returns it. Throws a device error (exit 4) where this machine
 * can't have one or lacks something, a data error (exit 3) where the wheel is not the one expected.
 */
export async function installEngine(device: NativeDevice, options: InstallOptions): Promise<EngineFolder> {
  return installRecipe(recipeFor(device), options);
}

export async function installRecipe(recipe: Recipe, options: InstallOptions): Promise<EngineFolder> {
  const { onMessage, wheel, force = false, untried = false, signal } = options;
  if (!recipe.tried && !untried) throw notTried(recipe);
  const engines = enginesFolder();
  await checkRequirements(recipe, engines, wheel);

  const before = locateRecipe(recipe);
  const onWait = (pid: string) =>
    onMessage(`Another process (${pid}) is setting up the engine: waiting for it.`);
  try {
    return await withWorkFolder(join(engines, engineName(recipe)), { signal, onWait }, async (work) => {
      const present = locateRecipe(recipe);
      // The process that was waited for may have made it: then even `force` has what it wanted.
      if (present && (!force || present.name !== before?.name)) return present;
      onMessage(announcement(recipe, engines, wheel));
      return await make(recipe, work, options);
    });
  } catch (error) {
    if (signal?.aborted || !isSystemError(error)) throw error;
    throw deviceError(
      `The engine can't be set up in '${printable(engines)}': ${printable(reasonOf(error))}`,
      'Make room there, or set ALEXFT_CACHE to another folder. Or use --device wasm.',
      error,
    );
  }
}

const notTried = ({ device, runsOn: { os, arch } }: Recipe) =>
  deviceError(
    `The engine for the ${device} on ${os}-${arch} could not be tried before it was published, so it is not fetched unasked.`,
    `Try it: alexft setup --device ${device}. Or use --device wasm.`,
  );

function announcement(recipe: Recipe, engines: string, wheel: string | undefined): string {
  const { fetched, kept } = diskNeeds(recipe);
  const fetching = wheel ? '' : `${Math.round(fetched / 1e6)} MB to fetch, `;
  const untried = recipe.tried ? '' : ' Nobody has tried it on this platform before.';
  return `Setting up the ${recipe.device} engine (TensorFlow ${recipe.tensorflow}), once: ${fetching}${gigabytes(kept)} in ${printable(engines)}.${untried}`;
}

async function make(recipe: Recipe, work: string, options: InstallOptions): Promise<EngineFolder> {
  const { onMessage, signal } = options;
  const unfinished = engineFolder(recipe.device, 'engine', work);

  await unpackWheel(recipe, work, unfinished.path, options);
  onMessage(prebuiltAddon(recipe) ? 'Adding the ready-built addon.' : 'Compiling the addon (about 15 s).');
  const origin = await addAddon(recipe, unfinished, signal);

  const verdict = await tryEngine(unfinished.libraries);
  signal?.throwIfAborted();
  if (!verdict.ok) {
    throw deviceError(
      `The engine was built but does not work here: ${printable(verdict.reason)}.`,
      'Use --device wasm, and please report this with the output of: alexft doctor',
    );
  }

  await writeRecord(recipe, unfinished, origin);
  const made = await putIntoPlace(recipe, unfinished);
  await rememberVerdict(made, verdict);
  for (const name of await removeUnused(recipe.device))
    onMessage(`Removed ${name}, which nothing used any more.`);
  onMessage(`The ${recipe.device} engine is ready.`);
  return made;
}

/** Puts the addon beside the libraries. Returns where it came from, in words. */
async function addAddon(
  recipe: Recipe,
  engine: EngineFolder,
  signal: AbortSignal | undefined,
): Promise<string> {
  const prebuilt = prebuiltAddon(recipe);
  if (prebuilt) await copyFile(prebuilt, join(engine.libraries, addonFile));
  else await compileAddon(recipe, engine.libraries, signal);
  await rm(join(engine.libraries, 'include'), { recursive: true, force: true });
  return prebuilt ? 'ready-built' : `compiled by ${await compilerVersion()}`;
}

/** Writes engine.json, the last file of an engine. */
async function writeRecord(recipe: Recipe, { path, libraries }: EngineFolder, origin: string): Promise<void> {
  const files: Record<string, number> = {};
  for (const file of [...Object.keys(keptFiles(recipe)), `tensorflow/${addonFile}`]) {
    files[file] = (await stat(join(path, file))).size;
  }
  const record: EngineRecord = {
    schema: 1,
    device: recipe.device,
    tensorflow: recipe.tensorflow,
    wheels: wheelsOf(recipe).map(({ wheel: { file, sha256 } }) => ({ file, sha256 })),
    addon: { origin, sha256: await sha256OfFile(join(libraries, addonFile)) },
    files,
    made: new Date().toISOString(),
  };
  await writeFile(join(path, 'engine.json'), `${JSON.stringify(record, undefined, 2)}\n`, { flush: true });
}

/** Renames the finished engine to where it is looked for, and removes those that it replaces. */
async function putIntoPlace(recipe: Recipe, unfinished: EngineFolder): Promise<EngineFolder> {
  const name = engineName(recipe);
  const old = makings(name);
  const made = engineFolder(recipe.device, nextMaking(name));
  await syncFolder(unfinished.path);
  await rename(unfinished.path, made.path);
  await syncFolder(enginesFolder());
  // A process that runs on an old one keeps its open files.
  for (const folder of old) await removeFolder(join(enginesFolder(), folder));
  return made;
}
