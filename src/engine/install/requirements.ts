// The requirements for setting up an engine. All missing ones are reported at once, before anything is downloaded.

import { statfs } from 'node:fs/promises';
import { deviceError, printable, reasonOf } from '../../core/errors.js';
import { gigabytes } from '../../core/formatting.js';
import { makeFolder } from '../../io/makeFolder.js';
import { whyNoPip } from '../../io/pip.js';
import { extractedFiles, type Recipe, wheelsOf } from '../recipes/recipe.js';
import { compilerName, compilerVersion, prebuiltAddon } from './compile.js';

/** In bytes: the size of the downloads, of the installed engine, and the peak disk usage during the set-up. */
export function diskNeeds(recipe: Recipe): { download: number; installed: number; peak: number } {
  const sum = (numbers: number[]) => numbers.reduce((total, bytes) => total + bytes, 0);
  const wheels = wheelsOf(recipe).map(({ wheel }) => wheel.bytes);
  const installed = sum(Object.values(extractedFiles(recipe)));
  // Wheels are processed one at a time; pip stores each in a temporary folder first.
  return { download: sum(wheels), installed, peak: installed + 2 * Math.max(...wheels) + headersAndAddon };
}

/** An upper bound in bytes. */
const headersAndAddon = 10_000_000;

/**
 * Creates the folder `engines`, and throws a device error (exit code 4) that lists all missing requirements with their
 * remedies. With `wheel`, the user's own wheels, pip is not required.
 */
export async function checkRequirements(
  recipe: Recipe,
  engines: string,
  wheel: string | undefined,
): Promise<void> {
  const missing: { what: string; remedy: string }[] = [];

  const pipProblem = wheel === undefined && (await whyNoPip());
  if (pipProblem) {
    missing.push({
      what: `pip, which downloads TensorFlow's library (${pipProblem})`,
      remedy: `install pip (Debian, Ubuntu: apt install python3-pip), or download these files on another machine and pass them with --wheel: ${wheelsOf(
        recipe,
      )
        .map(({ wheel }) => wheel.file)
        .join(', ')}`,
    });
  }
  if (!prebuiltAddon(recipe) && !(await compilerVersion())) {
    missing.push({
      what: `a C++ compiler (${compilerName()}), which compiles the addon`,
      remedy:
        'install a compiler (Debian, Ubuntu: apt install g++; macOS: xcode-select --install), or set CXX to an installed one',
    });
  }
  missing.push(...(await folderProblems(recipe, engines, wheel !== undefined)));

  if (missing.length === 0) return;
  const lines = (part: 'what' | 'remedy') => missing.map((each) => `\n  - ${each[part]}`).join('');
  throw deviceError(
    `The native engine can't be set up. Missing:${lines('what')}`,
    `To fix this:${lines('remedy')}\n  - or use --device wasm, which needs none of these and is slower`,
  );
}

async function folderProblems(
  recipe: Recipe,
  engines: string,
  hasWheels: boolean,
): Promise<{ what: string; remedy: string }[]> {
  const remedy = 'set ALEXFT_CACHE to a writable folder with enough space';
  try {
    await makeFolder(engines);
  } catch (error) {
    return [{ what: `a writable folder ('${printable(engines)}': ${reasonOf(error)})`, remedy }];
  }
  const { bavail, bsize } = await statfs(engines);
  const needs = diskNeeds(recipe);
  const required = hasWheels ? needs.installed + headersAndAddon : needs.peak;
  if (bavail * bsize >= required) return [];
  return [
    {
      what: `disk space in '${printable(engines)}': ${gigabytes(required)} required, ${gigabytes(bavail * bsize)} free`,
      remedy: `free disk space, or ${remedy}`,
    },
  ];
}
