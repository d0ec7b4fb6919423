// The one table of what a machine gets: a native engine by a recipe, or WebAssembly, and why.

import { closeSync, openSync, readSync } from 'node:fs';
import { release } from 'node:os';
import { deviceError } from '../../core/errors.js';
import { type NativeDevice, type Recipe, recipes } from './recipe.js';

export interface Platform {
  readonly os: NodeJS.Platform;
  readonly arch: NodeJS.Architecture;
  /** glibc's version; undefined on Linux means another C library (Alpine's musl). */
  readonly glibc: string | undefined;
  /** What the processor can do, in /proc/cpuinfo's words; undefined where that is not known. */
  readonly cpuFlags: readonly string[] | undefined;
  /** The kernel's version (os.release()): 21 and later is macOS 12 and later. */
  readonly release?: string;
}

/** Platforms for which there is no recipe, and why. What stands neither here nor in the recipes nobody looked at. */
const withoutRecipe: readonly {
  readonly device?: NativeDevice;
  readonly os: NodeJS.Platform;
  readonly arch?: string;
  readonly why: string;
}[] = [
  { os: 'darwin', arch: 'x64', why: 'TensorFlow builds nothing for Macs with Intel processors since 2.16' },
  {
    os: 'win32',
    why: "TensorFlow's library for Windows is a part of its module for Python, and does not load without it",
  },
  { device: 'cuda', os: 'darwin', why: 'macOS has no CUDA' },
  { device: 'cuda', os: 'linux', arch: 'arm64', why: "TensorFlow's build for arm64 has no CUDA" },
];

export function thisPlatform(): Platform {
  const report = process.report as typeof process.report & { excludeNetwork?: boolean };
  const before = report.excludeNetwork ?? false;
  report.excludeNetwork = true; // else it looks up the names of all open connections, which can take seconds
  const { header } = report.getReport() as { header?: { glibcVersionRuntime?: string } };
  report.excludeNetwork = before;
  return {
    os: process.platform,
    arch: process.arch,
    glibc: header?.glibcVersionRuntime,
    cpuFlags: firstProcessor().flags?.split(' '),
    release: release(),
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
  const { os, arch } = platform;
  const forDevice = recipes.filter((recipe) => recipe.device === device);
  const recipe = forDevice.find(({ runsOn }) => runsOn.os === os && runsOn.arch === arch);
  const expected = `alexft has a native engine for ${forDevice.map(placeOf).join(', ')}`;
  if (!recipe) {
    const known = withoutRecipe.find(
      (row) =>
        (row.device ?? device) === device && row.os === os && (row.arch === undefined || row.arch === arch),
    );
    return known ? `${known.why} (this is ${os}-${arch})` : `this is ${os}-${arch}; ${expected}`;
  }
  const { glibc, darwin, cpuFlags } = recipe.runsOn;
  if (glibc !== undefined) {
    if (platform.glibc === undefined) return `this system's C library is not glibc; ${expected}`;
    if (isOlder(platform.glibc, glibc)) return `this system has glibc ${platform.glibc}; ${expected}`;
  }
  if (darwin !== undefined && Number.parseInt(platform.release ?? '', 10) < darwin) {
    return `this macOS is too old (Darwin ${platform.release}); ${expected}`;
  }
  const missing = cpuFlags.filter((flag) => platform.cpuFlags && !platform.cpuFlags.includes(flag));
  if (missing.length > 0)
    return `this CPU has no ${missing.join(', ').toUpperCase()}, which TensorFlow needs`;
  return recipe;
}

function placeOf({ runsOn: { os, arch, glibc, darwin } }: Recipe): string {
  if (darwin !== undefined) return `${os}-${arch} from macOS ${darwin - 9} on`;
  return `${os}-${arch} with glibc ${glibc} or newer`;
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
