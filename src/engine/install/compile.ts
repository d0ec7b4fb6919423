// tfjs-node's addon, compiled against the TensorFlow that was fetched (11 s). A package from npm brings it ready-built
// for linux-x64 (scripts/prebuild.mjs), and its sources for other platforms.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { deviceError, reasonOf } from '../../core/errors.js';
import { addonFile, type Recipe } from './recipe.js';

const run = promisify(execFile);

/** The addon's sources (binding/) and Node's headers, which scripts/build.mjs copies out of their packages. */
const sourcesFolder = fileURLToPath(new URL('../vendor/addon/', import.meta.url));

/** Beside a ready-built addon: what it was made from. */
interface PrebuiltRecord {
  readonly schema: 1;
  /** The `addonKey` of the recipe. */
  readonly key: string;
  /** Of the addon's file. */
  readonly sha256: string;
  readonly compiler: string;
  readonly flags: readonly string[];
}

/** Where this package keeps the ready-built addon for the recipe's platform, whether or not it is there. */
export function prebuiltPaths({ runsOn: { os, arch } }: Recipe): { addon: string; record: string } {
  const folder = fileURLToPath(new URL(`../../../prebuilds/${os}-${arch}/`, import.meta.url));
  return { addon: join(folder, addonFile), record: join(folder, 'addon.json') };
}

/** Names what an addon is made from: the sources, how they are compiled, and against which TensorFlow. */
export const addonKey = ({ tensorflow, addon }: Recipe): string =>
  sha256Of(JSON.stringify([tensorflow, addon])).slice(0, 16);

/**
 * The ready-built addon in this package. Undefined where there is none that was made by this recipe: a checkout may
 * hold one of last week's.
 */
export function prebuiltAddon(recipe: Recipe): string | undefined {
  const { addon, record } = prebuiltPaths(recipe);
  try {
    const { key, sha256 } = JSON.parse(readFileSync(record, 'utf8')) as PrebuiltRecord;
    return key === addonKey(recipe) && sha256Of(readFileSync(addon)) === sha256 ? addon : undefined;
  } catch {
    return undefined; // not there, or not whole
  }
}

/** The C++ compiler as a command and its first arguments: `$CXX` may be `ccache g++`. */
function compiler(): [string, ...string[]] {
  const usual = process.platform === 'darwin' ? 'clang++' : 'g++';
  const [command = usual, ...rest] = (process.env.CXX ?? '').trim().split(/\s+/).filter(Boolean);
  return [command, ...rest];
}

export const compilerName = (): string => compiler().join(' ');

/** The compiler's first line about itself; undefined where there is none. */
export async function compilerVersion(): Promise<string | undefined> {
  const [command, ...first] = compiler();
  try {
    return (await run(command, [...first, '--version'])).stdout.split('\n')[0];
  } catch {
    return undefined;
  }
}

/**
 * Compiles the addon into `tensorflow` (a folder with TensorFlow's libraries and include/). Throws a device error
 * (exit 4) with the compiler's words.
 */
export async function compileAddon(recipe: Recipe, tensorflow: string, signal?: AbortSignal): Promise<void> {
  const [command, ...first] = compiler();
  // By their paths, which every linker takes. What the addon remembers is the name that each library has for itself.
  const linking = Object.keys(recipe.libraries).map((member) => join(tensorflow, basename(member)));
  const headers = [join(sourcesFolder, 'node-api'), join(tensorflow, 'include')];
  const include = headers.flatMap((folder) => ['-I', folder]);
  const files = recipe.addon.sources.map((file) => join(sourcesFolder, file));
  const output = ['-o', join(tensorflow, addonFile)];
  try {
    const words = [...first, ...recipe.addon.flags, ...include, ...files, ...linking, ...output];
    await run(command, words, { signal, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    signal?.throwIfAborted();
    const { stderr } = error as { stderr?: string };
    const words = stderr
      ?.trim()
      .split('\n')
      .filter((line) => /error|fatal/i.test(line))
      .slice(0, 5)
      .join('\n');
    throw deviceError(
      `The TensorFlow addon did not compile with ${[command, ...first].join(' ')}: ${words || reasonOf(error)}`,
      'It needs a compiler for C++17 (GCC 9 or newer): set CXX to one. Or use --device wasm.',
      error,
    );
  }
}

/** What the recipe pins: another version of the sources must mean another engine. */
export function hashOfSources(): string {
  const folder = join(sourcesFolder, 'binding');
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) {
    hash.update(`${name}\0`).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex');
}

const sha256Of = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
