// What setting up an engine needs of the machine. Everything that is missing is told at once, before anything is fetched.

import { statfs } from 'node:fs/promises';
import { deviceError, printable, reasonOf } from '../../errors.js';
import { makeFolder } from '../../fetch/makeFolder.js';
import { pipIsThere } from '../../fetch/pip.js';
import { compilerVersion, prebuiltAddon } from './compile.js';
import type { Recipe } from './recipe.js';

/** Space for what is kept, and beside it, while working, for the wheel. */
export function diskNeeds(recipe: Recipe): { kept: number; working: number } {
  const libraries = Object.values(recipe.libraries).reduce((sum, bytes) => sum + bytes, 0);
  // pip unpacks nothing, but has the wheel in its own temporary folder first; 10 MB for headers and the addon.
  return { kept: libraries, working: libraries + 2 * recipe.wheel.bytes + 10_000_000 };
}

/**
 * Makes the folder `engines` and throws a device error (exit 4) that lists what is missing and what to do about each.
 * `wheel`: the user's own file, which spares pip.
 */
export async function checkRequirements(
  recipe: Recipe,
  engines: string,
  wheel: string | undefined,
): Promise<void> {
  const missing: { what: string; remedy: string }[] = [];

  const noPip = wheel === undefined && (await pipIsThere());
  if (noPip) {
    missing.push({
      what: `pip, which fetches TensorFlow's library (${noPip})`,
      remedy: `install pip (Debian, Ubuntu: apt install python3-pip), or download ${recipe.wheel.file} elsewhere and give it: alexft setup --wheel FILE`,
    });
  }
  if (!prebuiltAddon(recipe) && !(await compilerVersion())) {
    missing.push({
      what: `a C++ compiler (${process.env.CXX || 'g++'}), which builds the addon`,
      remedy: 'install a compiler (Debian, Ubuntu: apt install g++), or set CXX to the one you have',
    });
  }
  missing.push(...(await missingSpace(recipe, engines)));

  if (missing.length === 0) return;
  const lines = (part: 'what' | 'remedy') => missing.map((each) => `\n  - ${each[part]}`).join('');
  throw deviceError(
    `The native engine can't be set up, for this is missing:${lines('what')}`,
    `What to do:${lines('remedy')}\n  - or use --device wasm, which needs none of it and is slower`,
  );
}

async function missingSpace(recipe: Recipe, engines: string): Promise<{ what: string; remedy: string }[]> {
  const remedy = 'set ALEXFT_CACHE to a folder that is writable and has the space';
  try {
    await makeFolder(engines);
  } catch (error) {
    return [{ what: `a folder to put it in ('${printable(engines)}': ${reasonOf(error)})`, remedy }];
  }
  const { bavail, bsize } = await statfs(engines);
  const { working } = diskNeeds(recipe);
  if (bavail * bsize >= working) return [];
  return [
    {
      what: `disk space in '${printable(engines)}': ${gigabytes(working)} while working, and ${gigabytes(bavail * bsize)} are free`,
      remedy: `make room, or ${remedy}`,
    },
  ];
}

/** `0.86 GB`. */
export const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;
