// Installs a native engine: downloads the wheels, extracts their libraries, adds the addon and tests the result before
// renaming it to its final folder. If the process is killed, the previous engine is still intact.

import { copyFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deviceError, printable, reasonOf } from '../../core/errors.js';
import { gigabytes } from '../../core/formatting.js';
import { sha256OfFile, syncFolder } from '../../io/atomic.js';
import { withWorkFolder } from '../../io/workFolder.js';
import { recipeFor } from '../recipes/findRecipe.js';
import {
  addonFile,
  engineName,
  extractedFiles,
  type NativeDevice,
  type Recipe,
  wheelsOf,
} from '../recipes/recipe.js';
import { compileAddon, compilerVersion, prebuiltAddon } from './compile.js';
import { isSystemError } from './extract.js';
import {
  buildsOf,
  type EngineFolder,
  type EngineRecord,
  engineFolder,
  enginesFolder,
  locateRecipe,
  nextBuildName,
} from './locate.js';
import { testEngine } from './probe.js';
import { removeFolder, removeUnused } from './removal.js';
import { checkRequirements, diskNeeds } from './requirements.js';
import { cacheVerdict } from './verdicts.js';
import { extractWheels, type WheelOptions } from './wheel.js';

export interface InstallOptions extends WheelOptions {
  readonly onMessage: (message: string) => void;
  /** Install it again even if it exists. */
  readonly force?: boolean | undefined;
  /** Allow a recipe that was not tested before release: the user requested this engine explicitly. */
  readonly allowUntested?: boolean | undefined;
}

/**
 * Installs `device`'s engine in the cache folder and returns it. Throws a device error (exit code 4) if the machine is
 * not supported or lacks a requirement, and a data error (exit code 3) if a wheel is not the expected one.
 */
export async function installEngine(device: NativeDevice, options: InstallOptions): Promise<EngineFolder> {
  return installRecipe(recipeFor(device), options);
}

export async function installRecipe(recipe: Recipe, options: InstallOptions): Promise<EngineFolder> {
  const { onMessage, wheel, force = false, allowUntested = false, signal } = options;
  if (!recipe.tested && !allowUntested) throw untested(recipe);
  const engines = enginesFolder();
  await checkRequirements(recipe, engines, wheel);

  const before = locateRecipe(recipe);
  const onWait = (pid: string) =>
    onMessage(`Waiting for another process (${pid}) that is setting up the engine.`);
  try {
    return await withWorkFolder(join(engines, engineName(recipe)), { signal, onWait }, async (work) => {
      const present = locateRecipe(recipe);
      // Another process may have installed it while this one waited; that satisfies `force` too.
      if (present && (!force || present.name !== before?.name)) return present;
      onMessage(announcement(recipe, engines, wheel));
      return await build(recipe, work, options);
    });
  } catch (error) {
    if (signal?.aborted || !isSystemError(error)) throw error;
    throw deviceError(
      `The engine can't be set up in '${printable(engines)}': ${printable(reasonOf(error))}`,
      'Free disk space there, set ALEXFT_CACHE to another folder, or use --device wasm.',
      error,
    );
  }
}

const untested = ({ device, runsOn: { os, arch } }: Recipe) =>
  deviceError(
    `The ${device} engine for ${os}-${arch} was not tested before release, so it is not downloaded automatically.`,
    `Run: alexft setup --device ${device}. Or use --device wasm.`,
  );

function announcement(recipe: Recipe, engines: string, wheel: string | undefined): string {
  const { download, installed } = diskNeeds(recipe);
  const downloading = wheel ? '' : `${Math.round(download / 1e6)} MB to download, `;
  const warning = recipe.tested ? '' : ' It has not been tested on this platform.';
  return `Setting up the ${recipe.device} engine (TensorFlow ${recipe.tensorflow}), once: ${downloading}${gigabytes(installed)} in ${printable(engines)}.${warning}`;
}

async function build(recipe: Recipe, work: string, options: InstallOptions): Promise<EngineFolder> {
  const { onMessage, signal } = options;
  const unfinished = engineFolder(recipe.device, 'engine', work);

  await extractWheels(recipe, work, unfinished.path, options);
  onMessage(prebuiltAddon(recipe) ? 'Adding the prebuilt addon.' : 'Compiling the addon (about 15 s).');
  const origin = await addAddon(recipe, unfinished, signal);

  const verdict = await testEngine(unfinished.libraries);
  signal?.throwIfAborted();
  if (!verdict.ok) {
    throw deviceError(
      `The engine was built but does not work: ${printable(verdict.reason)}.`,
      'Use --device wasm, and report this with the output of: alexft doctor',
    );
  }

  await writeRecord(recipe, unfinished, origin);
  const installed = await moveToFinalFolder(recipe, unfinished);
  await cacheVerdict(installed, verdict);
  for (const name of await removeUnused(recipe.device))
    onMessage(`Removed ${name}, which is no longer used.`);
  onMessage(`The ${recipe.device} engine is ready.`);
  return installed;
}

/** Adds the addon beside the libraries, and returns its origin for engine.json. */
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

/** Writes engine.json, last, as the marker of a complete engine. */
async function writeRecord(recipe: Recipe, { path, libraries }: EngineFolder, origin: string): Promise<void> {
  const files: Record<string, number> = {};
  for (const file of [...Object.keys(extractedFiles(recipe)), `tensorflow/${addonFile}`]) {
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

/** Renames the finished engine to its final folder, and removes the builds that it replaces. */
async function moveToFinalFolder(recipe: Recipe, unfinished: EngineFolder): Promise<EngineFolder> {
  const name = engineName(recipe);
  const old = buildsOf(name);
  const target = engineFolder(recipe.device, nextBuildName(name));
  await syncFolder(unfinished.path);
  await rename(unfinished.path, target.path);
  await syncFolder(enginesFolder());
  // A process that runs on an old build has its files open and is not affected.
  for (const folder of old) await removeFolder(join(enginesFolder(), folder));
  return target;
}
