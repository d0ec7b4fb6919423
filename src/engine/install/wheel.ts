// The wheels of a recipe: the user's own, checked, or fetched with pip, one after the other; and what is taken out of
// each.

import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { dataError, deviceError, printable, UserError } from '../../core/errors.js';
import { sha256OfFile } from '../../io/atomic.js';
import { downloadWithPip, type PipRequest } from '../../io/pip.js';
import { extractMembers } from './extract.js';
import { keptFiles, type Recipe, type WheelPart, wheelsOf } from './recipe.js';

export interface WheelOptions {
  readonly onProgress: (label: string, done: number, total: number, unit: 'bytes') => void;
  /**
   * Where the user has the recipe's wheels already: a folder with all of them, or, for a recipe with one, that file.
   * Nothing is fetched, and they stay.
   */
  readonly wheel?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Unpacks what the recipe keeps of its wheels, and the headers, into the folder `into`. A wheel that is fetched lies in
 * `work` until it is unpacked. Throws a device error (exit 4) where one can't be had, a data error (exit 3) where one
 * is not the one expected.
 */
export async function unpackWheel(
  recipe: Recipe,
  work: string,
  into: string,
  options: WheelOptions,
): Promise<void> {
  const own = options.wheel === undefined ? undefined : await ownWheels(recipe, options.wheel);
  const total = bytesOf(keptFiles(recipe));
  let before = 0;
  for (const [index, part] of wheelsOf(recipe).entries()) {
    const file = own?.[index] ?? (await fetchWheel(recipe, index, work, options));
    await extractMembers(file, placesOf(recipe, part), into, {
      onProgress: (done) => options.onProgress('Unpacking', Math.min(before + done, total), total, 'bytes'),
      signal: options.signal,
    });
    before += bytesOf(part.members);
    if (!own) await rm(file);
  }
}

const bytesOf = (files: Readonly<Record<string, number>>) =>
  Object.values(files).reduce((sum, bytes) => sum + bytes, 0);

/** Where a member of `part` belongs; undefined for those that are not wanted. */
const placesOf =
  ({ wheel, headers }: Recipe, part: WheelPart) =>
  (member: string): string | undefined => {
    if (member in part.members) return part.places?.[member] ?? member;
    return part.wheel === wheel && headers.some((prefix) => member.startsWith(prefix)) ? member : undefined;
  };

async function fetchWheel(
  recipe: Recipe,
  index: number,
  work: string,
  { onProgress, signal }: WheelOptions,
): Promise<string> {
  const parts = wheelsOf(recipe);
  const { wheel } = parts[index]!;
  const count = parts.length > 1 ? ` (${index + 1} of ${parts.length})` : '';
  const label = `Fetching ${wheel.name} ${wheel.version}${count}`;
  const report = (done: number, total: number) => onProgress(label, done, total, 'bytes');
  try {
    return await downloadWithPip(wheel, join(work, 'wheel'), report, signal);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw deviceError(error.message, `${error.hint ?? 'Try again later.'}\nOr use --device wasm.`, error);
  }
}

/** The user's wheels, in the recipe's order: each has to be the very one that the recipe was tried with. */
async function ownWheels(recipe: Recipe, path: string): Promise<string[]> {
  const wheels = wheelsOf(recipe).map(({ wheel }) => wheel);
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
  if (!isFolder && wheels.length > 1) {
    throw dataError(
      `'${printable(path)}' is no folder: the ${recipe.device} engine is made of ${wheels.length} wheels.`,
      `Give a folder that holds them all. ${hintFor(wheels)}`,
    );
  }
  const files = wheels.map(({ file }) => (isFolder ? join(path, file) : path));
  const missing: PipRequest[] = [];
  for (const [index, file] of files.entries()) {
    if (!(await stat(file).catch(() => undefined))?.isFile()) missing.push(wheels[index]!);
  }
  if (missing.length > 0) {
    const first = missing[0]!;
    throw dataError(
      isFolder
        ? `'${printable(path)}' lacks ${missing.length} of ${wheels.length} wheels: ${missing.map(({ file }) => file).join(', ')}.`
        : `There is no wheel '${printable(path)}': expected ${described(first)}.`,
      hintFor(missing),
    );
  }
  for (const [index, file] of files.entries()) await checkWheel(wheels[index]!, file);
  return files;
}

async function checkWheel(wheel: PipRequest, path: string): Promise<void> {
  const { size } = await stat(path);
  const found = size === wheel.bytes ? `SHA-256 ${await sha256OfFile(path)}` : `${size} bytes`;
  if (found === `SHA-256 ${wheel.sha256}`) return;
  throw dataError(`'${printable(path)}' has ${found}: expected ${described(wheel)}.`, hintFor([wheel]));
}

const described = ({ file, bytes, sha256 }: PipRequest) => `${file} (${bytes} bytes, SHA-256 ${sha256})`;

/** The commands that fetch them on another machine. */
function hintFor(wheels: readonly PipRequest[]): string {
  const commands = wheels.map(({ name, version, platform }) => {
    const tags = platform?.platforms.map((tag) => ` --platform ${tag}`).join('') ?? '';
    return `python3 -m pip download --no-deps --only-binary=:all: --python-version ${platform?.pythonVersion}${tags} ${name}==${version}`;
  });
  return `Fetch with: ${commands.join('\n')}`;
}
