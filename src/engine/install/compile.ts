// tfjs-node's addon, compiled against the TensorFlow that was fetched. A package from npm brings it ready-built; a
// checkout compiles it (11 s).

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { deviceError, reasonOf } from '../../errors.js';
import { addonFile, type Recipe } from './recipe.js';

const run = promisify(execFile);
const require = createRequire(import.meta.url);

/** The ready-built addon in this package; undefined in a checkout. */
export function prebuiltAddon({ runsOn: { os, arch } }: Recipe): string | undefined {
  const path = fileURLToPath(new URL(`../../../prebuilds/${os}-${arch}/${addonFile}`, import.meta.url));
  return existsSync(path) ? path : undefined;
}

/** The C++ compiler as a command and its first arguments: `$CXX` may be `ccache g++`. */
function compiler(): [string, ...string[]] {
  const [command = 'g++', ...rest] = (process.env.CXX ?? '').trim().split(/\s+/).filter(Boolean);
  return [command, ...rest];
}

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
  const sources = sourcesFolder(recipe);
  const [command, ...first] = compiler();
  const { include_dir: nodeHeaders } = require('node-api-headers') as { include_dir: string };
  const libraries = Object.keys(recipe.libraries).map((member) => `-l:${member.split('/').at(-1)}`);
  const [include, ...linking] = [join(tensorflow, 'include'), `-L${tensorflow}`, ...libraries];
  const files = recipe.addon.sources.map((file) => join(sources, file));
  const output = ['-o', join(tensorflow, addonFile)];
  try {
    await run(
      command,
      [...first, ...recipe.addon.flags, '-I', nodeHeaders, '-I', include!, ...files, ...linking, ...output],
      { signal, maxBuffer: 64 * 1024 * 1024 },
    );
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

const sourcesFolder = ({ addon }: Recipe): string =>
  dirname(require.resolve(`${addon.package}/package.json`));

/** What the recipe pins: another version of the sources must mean another engine. */
export function hashOfSources(recipe: Recipe): string {
  const folder = join(sourcesFolder(recipe), 'binding');
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) {
    hash.update(`${name}\0`).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex');
}
