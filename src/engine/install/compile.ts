// tfjs-node's addon: prebuilt in the npm package for linux-x64 (scripts/prebuild.mjs), compiled against the downloaded
// TensorFlow on other platforms (11 s).

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { deviceError, reasonOf } from '../../core/errors.js';
import { addonFile, type Recipe } from '../recipes/recipe.js';

const run = promisify(execFile);

/** The addon's sources (binding/) and Node's headers, copied from their packages by scripts/build.mjs. */
const sourcesFolder = fileURLToPath(new URL('../vendor/addon/', import.meta.url));

/** The addon.json beside a prebuilt addon. */
interface PrebuiltRecord {
  readonly schema: 1;
  /** The `addonKey` of the recipe. */
  readonly key: string;
  /** Of the addon file. */
  readonly sha256: string;
  readonly compiler: string;
  readonly flags: readonly string[];
}

/** Paths of the prebuilt addon for the recipe's platform in this package. The files may not exist. */
export function prebuiltPaths({ runsOn: { os, arch } }: Recipe): { addon: string; record: string } {
  const folder = fileURLToPath(new URL(`../../../prebuilds/${os}-${arch}/`, import.meta.url));
  return { addon: join(folder, addonFile), record: join(folder, 'addon.json') };
}

/** Identifies the inputs of an addon's build: its sources, compiler flags and TensorFlow version. */
export const addonKey = ({ tensorflow, addon }: Recipe): string =>
  sha256Of(JSON.stringify([tensorflow, addon])).slice(0, 16);

/** Path of the prebuilt addon in this package; undefined if there is none, or it was built from another recipe. */
export function prebuiltAddon(recipe: Recipe): string | undefined {
  const { addon, record } = prebuiltPaths(recipe);
  try {
    const { key, sha256 } = JSON.parse(readFileSync(record, 'utf8')) as PrebuiltRecord;
    return key === addonKey(recipe) && sha256Of(readFileSync(addon)) === sha256 ? addon : undefined;
  } catch {
    return undefined; // missing or incomplete
  }
}

/** The C++ compiler's command and its leading arguments: `$CXX` may be `ccache g++`. */
function compiler(): [string, ...string[]] {
  const fallback = process.platform === 'darwin' ? 'clang++' : 'g++';
  const [command = fallback, ...rest] = (process.env.CXX ?? '').trim().split(/\s+/).filter(Boolean);
  return [command, ...rest];
}

export const compilerName = (): string => compiler().join(' ');

/** The first line of the compiler's `--version` output; undefined if there is no compiler. */
export async function compilerVersion(): Promise<string | undefined> {
  const [command, ...first] = compiler();
  try {
    return (await run(command, [...first, '--version'])).stdout.split('\n')[0];
  } catch {
    return undefined;
  }
}

/**
 * Compiles the addon into the folder `tensorflow`, which contains TensorFlow's libraries and include/. Throws a device
 * error (exit code 4) with the compiler's errors.
 */
export async function compileAddon(recipe: Recipe, tensorflow: string, signal?: AbortSignal): Promise<void> {
  const [command, ...first] = compiler();
  // Every linker accepts paths. The addon records each library's SONAME (install name on macOS), not its path.
  const linking = Object.keys(recipe.libraries).map((member) => join(tensorflow, basename(member)));
  const headers = [join(sourcesFolder, 'node-api'), join(tensorflow, 'include')];
  const include = headers.flatMap((folder) => ['-I', folder]);
  const files = recipe.addon.sources.map((file) => join(sourcesFolder, file));
  const output = ['-o', join(tensorflow, addonFile)];
  try {
    const args = [...first, ...recipe.addon.flags, ...include, ...files, ...linking, ...output];
    await run(command, args, { signal, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    signal?.throwIfAborted();
    const { stderr } = error as { stderr?: string };
    const errors = stderr
      ?.trim()
      .split('\n')
      .filter((line) => /error|fatal/i.test(line))
      .slice(0, 5)
      .join('\n');
    throw deviceError(
      `The TensorFlow addon could not be compiled with ${[command, ...first].join(' ')}: ${errors || reasonOf(error)}`,
      'Set CXX to a C++17 compiler (GCC 9 or newer), or use --device wasm.',
      error,
    );
  }
}

/** The SHA-256 of the addon's sources, which the recipe pins. */
export function hashOfSources(): string {
  const folder = join(sourcesFolder, 'binding');
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) {
    hash.update(`${name}\0`).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex');
}

const sha256Of = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
