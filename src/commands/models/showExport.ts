// alexft weights show, for an export: what its alexft.json says.

import { readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { firstProblem, isCount, isNumber, isObject, optional } from '../../core/json.js';
import { type DescriptionFile, descriptionFile } from '../../export/description.js';
import { descriptionBeside } from '../../export/place.js';
import { bytesIn } from '../../io/diskSpace.js';

export interface ShownExport {
  readonly file: string;
  /** Of the file, or of all files in the folder. */
  readonly bytes: number;
  readonly export: Omit<DescriptionFile, 'golden'>;
}

/** What is exported at `path`; undefined where there is no export, or a state dict of PyTorch, which has weights. */
export async function showExport(path: string): Promise<ShownExport | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return undefined;
  const folder = found.isDirectory();
  const description = await read(folder ? join(path, descriptionFile) : descriptionBeside(path));
  if (!description || description.target === 'torch') return undefined;
  const { golden: _, ...shown } = description;
  return { file: path, bytes: folder ? await bytesIn([await realpath(path)]) : found.size, export: shown };
}

async function read(file: string): Promise<DescriptionFile | undefined> {
  try {
    const description: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isDescription(description) ? description : undefined;
  } catch {
    return undefined;
  }
}

/** Checks what is displayed: the file can be anything. */
const isDescription = (value: unknown): value is DescriptionFile =>
  has({
    schema: (schema) => schema === 1,
    alexft: isText,
    target: isText,
    source: has({ sha256: isText }),
    classes: Array.isArray,
    input: has({ name: isText, type: isText, layout: isText, shape: Array.isArray }),
    output: has({ name: isText, shape: Array.isArray }),
    quantization: optional(
      has({
        type: isText,
        accuracy: optional(has({ images: isCount, original: isNumber, quantized: isNumber })),
      }),
    ),
    proof: (proof) => isProof(proof) || has({ runtime: isText, reason: isText, fix: isText })(proof),
  })(value);

const isText = (value: unknown): boolean => typeof value === 'string';

const has =
  (checks: Readonly<Record<string, (value: unknown) => boolean>>) =>
  (value: unknown): boolean =>
    isObject(value) && firstProblem(value, checks) === undefined;

const isProof = has({
  proven: (proven) => proven === true,
  runtime: isText,
  version: isText,
  images: isCount,
  largestDifference: isNumber,
});
