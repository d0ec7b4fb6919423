// Provides a recipe's wheels (the user's own, or downloaded with pip) and extracts the required files from them.

import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { dataError, deviceError, printable, UserError } from '../../core/errors.js';
import { sha256OfFile } from '../../io/atomic.js';
import { downloadWithPip, type PipRequest } from '../../io/pip.js';
import { extractedFiles, type Recipe, type WheelPart, wheelsOf } from '../recipes/recipe.js';
import { extractMembers } from './extract.js';

export interface WheelOptions {
  readonly onProgress: (label: string, done: number, total: number, unit: 'bytes') => void;
  /**
   * The user's own wheels: a folder with all wheels of the recipe, or the file if there is only one. Nothing is
   * downloaded, and the files are not removed.
   */
  readonly wheel?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Extracts the recipe's files and headers from its wheels into the folder `into`. Downloads are stored in `work` until
 * they are extracted. Throws a device error (exit code 4) if a download fails, and a data error (exit code 3) if one
 * of the user's wheels is missing or not the expected one.
 */
export async function extractWheels(
  recipe: Recipe,
  work: string,
  into: string,
  options: WheelOptions,
): Promise<void> {
  const own = options.wheel === undefined ? undefined : await ownWheels(recipe, options.wheel);
  const total = bytesOf(extractedFiles(recipe));
  let before = 0;
  for (const [index, part] of wheelsOf(recipe).entries()) {
    const file = own?.[index] ?? (await downloadWheel(recipe, index, work, options));
    await extractMembers(file, placesOf(recipe, part), into, {
      onProgress: (done) => options.onProgress('Extracting', Math.min(before + done, total), total, 'bytes'),
      signal: options.signal,
    });
    before += bytesOf(part.members);
    if (!own) await rm(file);
  }
}

const bytesOf = (files: Readonly<Record<string, number>>) =>
  Object.values(files).reduce((sum, bytes) => sum + bytes, 0);

/** The path to extract a member of `part` to; undefined if it is not required. */
const placesOf =
  ({ wheel, headers }: Recipe, part: WheelPart) =>
  (member: string): string | undefined => {
    if (member in part.members) return part.places?.[member] ?? member;
    return part.wheel === wheel && headers.some((prefix) => member.startsWith(prefix)) ? member : undefined;
  };

async function downloadWheel(
  recipe: Recipe,
  index: number,
  work: string,
  { onProgress, signal }: WheelOptions,
): Promise<string> {
  const parts = wheelsOf(recipe);
  const { wheel } = parts[index]!;
  const count = parts.length > 1 ? ` (${index + 1} of ${parts.length})` : '';
  const label = `Downloading ${wheel.name} ${wheel.version}${count}`;
  const report = (done: number, total: number) => onProgress(label, done, total, 'bytes');
  try {
    return await downloadWithPip(wheel, join(work, 'wheel'), report, signal);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw deviceError(error.message, `${error.hint ?? 'Try again later.'}\nOr use --device wasm.`, error);
  }
}

/** Paths of the user's wheels, in the recipe's order. Each must be the exact file that the recipe pins. */
async function ownWheels(recipe: Recipe, path: string): Promise<string[]> {
  const wheels = wheelsOf(recipe).map(({ wheel }) => wheel);
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
  if (!isFolder && wheels.length > 1) {
    throw dataError(
      `Expected '${printable(path)}' to be a folder: the ${recipe.device} engine needs ${wheels.length} wheels.`,
      `Pass a folder that contains all of them. ${hintFor(wheels)}`,
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
        : `The wheel '${printable(path)}' does not exist: expected ${describe(first)}.`,
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
  throw dataError(
    `Expected '${printable(path)}' to be ${describe(wheel)} but found ${found}.`,
    hintFor([wheel]),
  );
}

const describe = ({ file, bytes, sha256 }: PipRequest) => `${file} (${bytes} bytes, SHA-256 ${sha256})`;

/** The commands that download the wheels on another machine. */
function hintFor(wheels: readonly PipRequest[]): string {
  const commands = wheels.map(({ name, version, platform }) => {
    const tags = platform?.platforms.map((tag) => ` --platform ${tag}`).join('') ?? '';
    return `python3 -m pip download --no-deps --only-binary=:all: --python-version ${platform?.pythonVersion}${tags} ${name}==${version}`;
  });
  return `Download with: ${commands.join('\n')}`;
}
