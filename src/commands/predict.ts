// alexft predict: which class an image is of.

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { glob, hasMagic } from 'glob';
import { compareCodePoints } from '../core/codePoints.js';
import { scanProgress, silentContext } from '../core/context.js';
import { dataError, printable, usageError } from '../core/errors.js';
import { span } from '../core/spans.js';
import { inOrder } from '../data/sampler.js';
import { walkImages } from '../data/scan.js';
import type { OnFound } from '../data/walk.js';
import { checkDrawnFile } from '../drawing/imageOutput.js';
import { type Answer, drawExplanation, mostExplained } from '../inference/explain.js';
import { openImages } from '../inference/openImages.js';
import { lookOf, type OpenModel, openModel } from '../inference/openModel.js';
import type { Explanation, ImageResult } from '../inference/predictResult.js';
import { type PredictOptions, predictOptions } from '../options/modelOptions.js';
import { withDefaults } from '../options/option.js';
import { type CommandContext, startProfile } from '../profile/profile.js';
import { lookOutOfMemory } from '../trainer/memoryFailure.js';
import { ImageSource } from '../training/batchSource.js';
import { mostProbable, predictSamples } from '../training/evaluateNetwork.js';
import { standardInput } from './standardInput.js';

/**
 * Looks at `images` (files, folders, `-` for one image's bytes on stdin) and those of --files-from, and gives a
 * result for each, in their order. Returns, at the end, what --explain drew. Throws a data error (exit 3) where there are
 * no images.
 */
export async function* predict(
  images: readonly string[],
  given: Partial<PredictOptions> = {},
  context: CommandContext = silentContext,
): AsyncGenerator<ImageResult, Explanation | undefined> {
  const options = withDefaults(predictOptions, given);
  const profile = await startProfile(options, context);
  try {
    return yield* predictNamed(images, options, context);
  } finally {
    await profile.end();
  }
}

async function* predictNamed(
  images: readonly string[],
  options: PredictOptions,
  context: CommandContext,
): AsyncGenerator<ImageResult, Explanation | undefined> {
  const input = standardInput(context.signal);
  const named = [...images, ...(await listedIn(options.filesFrom, input))];
  if (named.length === 0) {
    throw usageError('No image is named.', 'Name files or folders: alexft predict photo.jpg');
  }
  if (options.filesFrom === '-' && named.includes('-')) {
    throw usageError("stdin can't be both the list of --files-from and an image.");
  }
  const onFound = scanProgress(context);
  const found = await span('scan', 'files', () =>
    Promise.all(named.map((word) => filesMeant(word, onFound))),
  );
  const without = named.filter((_, index) => found[index]!.length === 0);
  const files = found.flat();
  if (without.length > 0) throw dataError(`There is no image in ${without.map(printable).join(', ')}.`);

  const { explain, force } = options;
  if (explain !== undefined) await checkDrawnFile(explain, force, files);

  const opened = await openModel(options, files.length, context);
  try {
    const sources = await Promise.all(files.map(async (file) => (file === '-' ? await input() : file)));
    const toExplain: Answer[] = [];
    let index = 0;
    for await (const result of lookAt(files, sources, opened, options, context)) {
      const source = sources[index++]!;
      if (toExplain.length < mostExplained && 'label' in result) toExplain.push({ ...result, source });
      yield result;
    }
    if (explain === undefined || context.signal?.aborted) return undefined;
    return await span('draw', 'other', () =>
      drawExplanation(explain, toExplain, files.length, opened, options, context),
    );
  } finally {
    opened.network.dispose();
  }
}

/** A result for each of `files`, in their order. `sources`: each one's path, or its bytes. */
async function* lookAt(
  files: readonly string[],
  sources: readonly (string | Uint8Array)[],
  { engine, network, model }: OpenModel,
  options: PredictOptions,
  context: CommandContext,
): AsyncGenerator<ImageResult> {
  const loader = openImages(engine, sources, model.preprocessing, options.workers);
  const source = new ImageSource(loader, String);
  const indices = files.map((_, index) => index);
  const unreadable = new Map<number, string>();
  let next = 0;
  // Images that can't be read are told of ahead of their batch; they are given out in their place.
  const errorsBefore = function* (index: number): Generator<ImageResult> {
    for (; next < index; next++) yield { file: files[next]!, error: unreadable.get(next)! };
  };
  try {
    for await (const item of predictSamples(network, source, inOrder(indices), options.batchSize)) {
      if (context.signal?.aborted) return;
      if ('event' in item) {
        if (item.event === 'skipped') unreadable.set(Number(item.file), item.reason);
        continue;
      }
      yield* errorsBefore(item.index);
      next += 1;
      context.onProgress('Predicting', next, files.length, 'images');
      const best = mostProbable(item.probabilities);
      yield {
        file: files[item.index]!,
        label: model.classes[best]!,
        probability: item.probabilities[best]!,
        probabilities: Object.fromEntries(
          model.classes.map((name, index) => [name, item.probabilities[index]!]),
        ),
      };
    }
    yield* errorsBefore(files.length);
  } catch (error) {
    throw lookOutOfMemory(error, lookOf(network, engine, options, files.length));
  } finally {
    await loader.close();
  }
}

async function listedIn(filesFrom: string | undefined, input: () => Promise<Buffer>): Promise<string[]> {
  if (filesFrom === undefined) return [];
  const bytes =
    filesFrom === '-'
      ? await input()
      : await readList(filesFrom).catch((error: NodeJS.ErrnoException) => {
          throw dataError(
            `The list '${printable(filesFrom)}' can't be read: ${error.code ?? error.message}.`,
          );
        });
  return bytes
    .toString()
    .split(/\r?\n/)
    .filter((line) => line !== '');
}

/** Of a file, or of a pipe from another program; a device such as /dev/zero has no end. */
async function readList(path: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
    pieces.push(piece);
    length += piece.length;
    if (length > longestList) throw new Error('it is longer than 256 MB');
  }
  return Buffer.concat(pieces);
}

const longestList = 256 * 2 ** 20;

/**
 * The images that a word means: those in a folder, those that a pattern matches (for shells that leave `*.jpg` as it
 * is), or itself. What can't be opened is told of when it is read.
 */
async function filesMeant(word: string, onFound: OnFound): Promise<string[]> {
  const found = word === '-' ? undefined : await stat(word).catch(() => undefined);
  if (found?.isDirectory()) return walkImages(word, onFound);
  if (!found && hasMagic(word)) return (await glob(word, { nodir: true })).sort(compareCodePoints);
  return [word];
}
