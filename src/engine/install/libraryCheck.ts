// Whether each shared library of an engine can be loaded from where it lies, found out in child processes: for those
// that TensorFlow opens by name at run time, which nothing else tries on a machine without a GPU.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { EngineFolder } from './locate.js';
import { keptFiles, type Recipe } from './recipe.js';

const run = promisify(execFile);

export interface LibraryReport {
  /** Its place in the engine's folder. */
  readonly file: string;
  readonly ok: boolean;
  /** The loader's words where it is not. */
  readonly reason?: string;
}

/** The recipe's shared libraries beside TensorFlow's own, each loaded in a process of its own. */
export async function checkLibraries(recipe: Recipe, { path }: EngineFolder): Promise<LibraryReport[]> {
  const files = Object.keys(keptFiles(recipe)).filter(
    (file) => /\.so(\.\d+)*$/.test(file) && !(file in recipe.libraries),
  );
  return Promise.all(
    files.map(async (file) => {
      const reason = await whyNotLoaded(join(path, file));
      return { file, ok: reason === undefined, ...(reason !== undefined && { reason }) };
    }),
  );
}

const program = 'process.dlopen({ exports: {} }, process.argv[1])';

/** The loader's words about the library at `path`; undefined where it could be loaded. */
export async function whyNotLoaded(path: string): Promise<string | undefined> {
  if (!existsSync(path)) return `${basename(path)} is not there`;
  try {
    await run(process.execPath, ['-e', program, path], { timeout: 60_000 });
    return undefined;
  } catch (error) {
    const { stderr = '', signal } = error as { stderr?: string; signal?: string };
    // Node loads the library first, and then misses the mark of an addon in it.
    if (/did not self-register/.test(stderr)) return undefined;
    return (
      /^Error: (.*)$/m.exec(stderr)?.[1] ??
      `loading it ended a test process${signal ? ` with ${signal}` : ''}`
    );
  }
}
