// What setting up an engine needs of the machine. Everything that is missing is told at once, before anything is fetched.

import { statfs } from 'node:fs/promises';
import { deviceError, printable, reasonOf } from '../../core/errors.js';
import { gigabytes } from '../../core/formatting.js';
import { makeFolder } from '../../io/makeFolder.js';
import { pipIsThere } from '../../io/pip.js';
import { compilerName, compilerVersion, prebuiltAddon } from './compile.js';
import { keptFiles, type Recipe, wheelsOf } from './recipe.js';

/** Bytes to fetch, bytes that stay, and bytes of disk that are needed on the way. */
export function diskNeeds(recipe: Recipe): { fetched: number; kept: number; working: number } {
  const sum = (numbers: number[]) => numbers.reduce((total, bytes) => total + bytes, 0);
  const wheels = wheelsOf(recipe).map(({ wheel }) => wheel.bytes);
  const kept = sum(Object.values(keptFiles(recipe)));
  // One wheel at a time: pip has it in a temporary folder first.
  return { fetched: sum(wheels), kept, working: kept + 2 * Math.max(...wheels) + headersAndAddon };
}

/** More bytes than these take. */
const headersAndAddon = 10_000_000;

/**
 * Makes the folder `engines` and throws a device error (exit 4) that lists what is missing and what to do about each.
 * `wheel`: the user's own, which spares pip.
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
      remedy: `install pip (Debian, Ubuntu: apt install python3-pip), or fetch elsewhere and give it (--wheel): ${wheelsOf(
        recipe,
      )
        .map(({ wheel }) => wheel.file)
        .join(', ')}`,
    });
  }
  if (!prebuiltAddon(recipe) && !(await compilerVersion())) {
    missing.push({
      what: `a C++ compiler (${compilerName()}), which builds the addon`,
      remedy:
        'install a compiler (Debian, Ubuntu: apt install g++; macOS: xcode-select --install), or set CXX to the one you have',
    });
  }
  missing.push(...(await missingSpace(recipe, engines, wheel !== undefined)));

  if (missing.length === 0) return;
  const lines = (part: 'what' | 'remedy') => missing.map((each) => `\n  - ${each[part]}`).join('');
  throw deviceError(
    `The native engine can't be set up, for this is missing:${lines('what')}`,
    `What to do:${lines('remedy')}\n  - or use --device wasm, which needs none of it and is slower`,
  );
}

async function missingSpace(
  recipe: Recipe,
  engines: string,
  hasWheels: boolean,
): Promise<{ what: string; remedy: string }[]> {
  const remedy = 'set ALEXFT_CACHE to a folder that is writable and has the space';
  try {
    await makeFolder(engines);
  } catch (error) {
    return [{ what: `a folder to put it in ('${printable(engines)}': ${reasonOf(error)})`, remedy }];
  }
  const { bavail, bsize } = await statfs(engines);
  const needs = diskNeeds(recipe);
  const working = hasWheels ? needs.kept + headersAndAddon : needs.working;
  if (bavail * bsize >= working) return [];
  return [
    {
      what: `disk space in '${printable(engines)}': ${gigabytes(working)} while working, and ${gigabytes(bavail * bsize)} are free`,
      remedy: `make room, or ${remedy}`,
    },
  ];
}
