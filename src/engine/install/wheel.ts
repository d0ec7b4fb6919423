// TensorFlow's wheel: the user's own, checked, or fetched with pip; and what is taken out of it.

import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { dataError, deviceError, printable, UserError } from '../../errors.js';
import { sha256OfFile } from '../../fetch/atomic.js';
import { downloadWithPip } from '../../fetch/pip.js';
import { extractMembers } from './extract.js';
import type { Recipe } from './recipe.js';
import { diskNeeds } from './requirements.js';

export interface WheelOptions {
  readonly onProgress: (label: string, done: number, total: number) => void;
  /** The recipe's wheel, where the user has it already: nothing is fetched, and the file stays. */
  readonly wheel?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Unpacks TensorFlow's libraries and headers into the folder `into`. A wheel that is fetched lies in `work` meanwhile.
 * Throws a device error (exit 4) where it can't be had, a data error (exit 3) where it is not the one expected.
 */
export async function unpackWheel(
  recipe: Recipe,
  work: string,
  into: string,
  { wheel, onProgress, signal }: WheelOptions,
): Promise<void> {
  if (wheel !== undefined) await checkWheel(recipe, wheel);
  const file = wheel ?? (await fetchWheel(recipe, work, onProgress, signal));

  const { kept: total } = diskNeeds(recipe);
  const wanted = (member: string) =>
    member in recipe.libraries || recipe.headers.some((prefix) => member.startsWith(prefix));
  await extractMembers(file, wanted, into, {
    onProgress: (done) => onProgress('Unpacking', Math.min(done, total), total),
    signal,
  });
  if (wheel === undefined) await rm(file);
}

async function fetchWheel(
  { wheel, tensorflow }: Recipe,
  work: string,
  onProgress: WheelOptions['onProgress'],
  signal: AbortSignal | undefined,
): Promise<string> {
  const report = (done: number, total: number) =>
    onProgress(`Fetching TensorFlow ${tensorflow}`, done, total);
  try {
    return await downloadWithPip(wheel, join(work, 'wheel'), report, signal);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw deviceError(error.message, `${error.hint ?? 'Try again later.'}\nOr use --device wasm.`, error);
  }
}

/** The user's wheel has to be the very one that the recipe was tried with. */
async function checkWheel({ wheel }: Recipe, path: string): Promise<void> {
  const expected = `expected ${wheel.file} (${wheel.bytes} bytes, SHA-256 ${wheel.sha256})`;
  const hint = `Fetch it with: python3 -m pip download --no-deps --only-binary=:all: --python-version ${wheel.platform?.pythonVersion} --platform ${wheel.platform?.platforms[0]} ${wheel.name}==${wheel.version}`;
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw dataError(`There is no wheel '${printable(path)}': ${expected}.`, hint);
  if (found.size !== wheel.bytes) {
    throw dataError(`'${printable(path)}' has ${found.size} bytes: ${expected}.`, hint);
  }
  const sha256 = await sha256OfFile(path);
  if (sha256 !== wheel.sha256)
    throw dataError(`'${printable(path)}' has SHA-256 ${sha256}: ${expected}.`, hint);
}
