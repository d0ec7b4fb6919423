// Which recipe fits this machine, and if none does, why.

import { closeSync, openSync, readSync } from 'node:fs';
import { deviceError } from '../../errors.js';
import { type NativeDevice, type Recipe, recipes } from './recipe.js';

export interface Platform {
  readonly os: NodeJS.Platform;
  readonly arch: NodeJS.Architecture;
  /** glibc's version; undefined on Linux means another C library (Alpine's musl). */
  readonly glibc: string | undefined;
  /** What the processor can do, in /proc/cpuinfo's words; undefined where that is not known. */
  readonly cpuFlags: readonly string[] | undefined;
}

export function thisPlatform(): Platform {
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return {
    os: process.platform,
    arch: process.arch,
    glibc: header?.glibcVersionRuntime,
    cpuFlags: firstProcessor().flags?.split(' '),
  };
}

/** Name and flags of the first processor in /proc/cpuinfo; empty where there is no such file. */
export function firstProcessor(): { name?: string; flags?: string } {
  let text: string;
  try {
    // One processor takes about 2 KB; the whole file of a large machine takes milliseconds to make.
    const file = openSync('/proc/cpuinfo', 'r');
    const start = Buffer.alloc(8192);
    text = start.toString('latin1', 0, readSync(file, start));
    closeSync(file);
  } catch {
    return {};
  }
  const field = (name: string) => new RegExp(`^${name}\\s*: (.*)\\n`, 'm').exec(text)?.[1]?.trim();
  const name = field('model name');
  const flags = field('flags');
  return { ...(name !== undefined && { name }), ...(flags !== undefined && { flags }) };
}

/** The recipe of `device`'s engine on `platform`, or, in words, why there is none. */
export function findRecipe(device: NativeDevice, platform: Platform): Recipe | string {
  const forDevice = recipes.filter((recipe) => recipe.device === device);
  if (forDevice.length === 0) return `there is no engine for ${device} yet`;

  const supported = forDevice.map(
    ({ runsOn: { os, arch, glibc } }) => `${os}-${arch} with glibc ${glibc} or newer`,
  );
  const expected = `alexft has a native engine for ${supported.join(', ')}`;
  const recipe = forDevice.find(({ runsOn }) => runsOn.os === platform.os && runsOn.arch === platform.arch);
  if (!recipe) return `this is ${platform.os}-${platform.arch}; ${expected}`;
  const { glibc, cpuFlags } = recipe.runsOn;
  if (platform.glibc === undefined) return `this system's C library is not glibc; ${expected}`;
  if (isOlder(platform.glibc, glibc)) return `this system has glibc ${platform.glibc}; ${expected}`;
  const missing = cpuFlags.filter((flag) => platform.cpuFlags && !platform.cpuFlags.includes(flag));
  if (missing.length > 0)
    return `this CPU has no ${missing.join(', ').toUpperCase()}, which TensorFlow needs`;
  return recipe;
}

/** As `findRecipe`; throws a device error (exit 4) where there is none. */
export function recipeFor(device: NativeDevice, platform = thisPlatform()): Recipe {
  const found = findRecipe(device, platform);
  if (typeof found !== 'string') return found;
  throw deviceError(
    `No native engine can be set up for '${device}' here: ${found}.`,
    'Use --device wasm: it runs wherever Node does, slower.',
  );
}

function isOlder(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [thanMajor = 0, thanMinor = 0] = than.split('.').map(Number);
  return major < thanMajor || (major === thanMajor && minor < thanMinor);
}
