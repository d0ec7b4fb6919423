// Tests in child processes whether an engine's shared libraries can be loaded. TensorFlow loads NVIDIA's at run time,
// and only on a machine with a GPU.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { EngineFolder } from '../install/locate.js';
import { extractedFiles, type Recipe } from '../recipes/recipe.js';

const run = promisify(execFile);

export interface LibraryReport {
  /** Its path in the engine's folder. */
  readonly file: string;
  readonly ok: boolean;
  /** The loader's error. */
  readonly reason?: string;
}

/** Loads each of the recipe's shared libraries, except TensorFlow's own, in a separate process. */
export async function checkLibraries(recipe: Recipe, { path }: EngineFolder): Promise<LibraryReport[]> {
  const files = Object.keys(extractedFiles(recipe)).filter(
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

/** The loader's error for the library at `path`; undefined if it can be loaded. */
export async function whyNotLoaded(path: string): Promise<string | undefined> {
  if (!existsSync(path)) return `${basename(path)} does not exist`;
  try {
    await run(process.execPath, ['-e', program, path], { timeout: 60_000 });
    return undefined;
  } catch (error) {
    const { stderr = '', signal } = error as { stderr?: string; signal?: string };
    // This error means that the library was loaded: Node then finds no addon in it.
    if (/did not self-register/.test(stderr)) return undefined;
    return (
      /^Error: (.*)$/m.exec(stderr)?.[1] ??
      `loading it ended the test process${signal ? ` with ${signal}` : ''}`
    );
  }
}
