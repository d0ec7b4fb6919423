// Predictions that `alexft predict --json` has printed, read back for their metrics.

import { glob } from 'glob';
import { compareCodePoints } from '../core/codePoints.js';
import { dataError, printable } from '../core/errors.js';
import { isNumber, isObject } from '../core/json.js';
import { readNames } from '../data/dataset/namedImages.js';
import type { ImageResult } from './predictResult.js';

type Probabilities = Readonly<Record<string, number>>;

export interface FilePredictions {
  /** Sorted. */
  readonly classes: readonly string[];
  /** One for each image, in their order: the probabilities, or why it could not be read. */
  readonly results: readonly ({ readonly probabilities: Probabilities } | { readonly unreadable: string })[];
}

/**
 * The predictions for `images`, paths in their dataset, from files and patterns with commas between them. A prediction
 * is for the image whose path ends its own, as machines have datasets in different places. Throws a data error unless
 * there is exactly one for each image, all with the same classes.
 */
export async function readPredictions(names: string, images: readonly string[]): Promise<FilePredictions> {
  const places = new Map(images.map((path, index) => [path, index]));
  const results = new Array<FilePredictions['results'][number] | undefined>(images.length);
  let classes: readonly string[] | undefined;
  for (const file of await filesOf(names)) {
    for (const { where, result } of await linesOf(file)) {
      const index = placeOf(result.file, places);
      const image = printable(result.file);
      if (index === undefined) throw dataError(`${where}: '${image}' is not an image of the dataset.`);
      if (results[index]) throw dataError(`${where}: there are two predictions for '${image}'.`);
      if ('error' in result) {
        results[index] = { unreadable: result.error };
        continue;
      }
      const own = Object.keys(result.probabilities).sort(compareCodePoints);
      classes ??= own;
      if (String(own) !== String(classes))
        throw dataError(`${where}: it has other classes than those before.`);
      results[index] = { probabilities: result.probabilities };
    }
  }
  const missing = images.filter((_, index) => !results[index]);
  if (missing.length > 0) {
    throw dataError(
      `${missing.length} of ${images.length} images have no prediction, such as '${printable(missing[0]!)}'.`,
      'Name the files of all shards: --predictions first.jsonl,second.jsonl',
    );
  }
  return { classes: classes ?? [], results: results as FilePredictions['results'] };
}

async function filesOf(names: string): Promise<string[]> {
  const found = await Promise.all(
    names.split(',').map(async (name) => {
      const files = (await glob(name, { nodir: true })).sort(compareCodePoints);
      return files.length > 0 ? files : [name]; // reading says why
    }),
  );
  return found.flat();
}

async function linesOf(file: string): Promise<{ where: string; result: ImageResult }[]> {
  const lines = await readNames(file, async () => Buffer.alloc(0));
  return lines.flatMap((line, index) => {
    const where = `${printable(file)}, line ${index + 1}`;
    const value = parsed(line);
    if (isObject(value) && isObject(value.explained)) return []; // of --explain
    if (isResult(value)) return [{ where, result: value }];
    throw dataError(`${where} is not a line of alexft predict --json.`);
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const isResult = (value: unknown): value is ImageResult =>
  isObject(value) &&
  typeof value.file === 'string' &&
  (typeof value.error === 'string' ||
    (isObject(value.probabilities) && Object.values(value.probabilities).every(isNumber)));

/** The image whose path is the end of `file`; the longest of several. */
function placeOf(file: string, places: ReadonlyMap<string, number>): number | undefined {
  const parts = file.split(/[/\\]/);
  for (let from = 0; from < parts.length; from++) {
    const index = places.get(parts.slice(from).join('/'));
    if (index !== undefined) return index;
  }
  return undefined;
}
