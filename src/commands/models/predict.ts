// alexft predict: which class an image is of.

import { scanProgress, silentContext } from '../../core/context.js';
import { dataError, printable, usageError } from '../../core/errors.js';
import { span } from '../../core/spans.js';
import { counted, examples } from '../../core/text.js';
import { imagesOf, readNames } from '../../data/dataset/namedImages.js';
import { countsByExtension } from '../../data/dataset/scanWarnings.js';
import { inShard, shardOf } from '../../data/dataset/shard.js';
import { imageExtensions, isImageName } from '../../data/formats/imageNames.js';
import { checkDrawnFile } from '../../drawing/imageOutput.js';
import { type Answer, drawExplanation, mostExplained } from '../../inference/explain.js';
import { answerOf, openPredictor } from '../../inference/predictor.js';
import type { Explanation, ImageResult } from '../../inference/predictResult.js';
import { standardInput } from '../../io/standardInput.js';
import { type PredictOptions, predictOptions } from '../../options/modelOptions.js';
import { withDefaults } from '../../options/option.js';
import type { CommandContext } from '../../profile/context.js';
import { startProfile } from '../../profile/profile.js';

/**
 * Predicts for `images` (files, folders, patterns, `-` for standard input) and those of --files-from, in their order.
 * Returns what --explain drew. Throws a data error (exit 3) where there are no images.
 */
export async function* predict(
  images: readonly string[],
  given: Partial<PredictOptions> = {},
  context: CommandContext = silentContext,
): AsyncGenerator<ImageResult, Explanation | undefined> {
  const options = withDefaults(predictOptions, given);
  await using _profile = await startProfile(options, context);
  return yield* predictNamed(images, options, context);
}

async function* predictNamed(
  images: readonly string[],
  options: PredictOptions,
  context: CommandContext,
): AsyncGenerator<ImageResult, Explanation | undefined> {
  const input = standardInput(context.signal);
  const { filesFrom } = options;
  const shard = options.shard === undefined ? undefined : shardOf(options.shard);
  const named = [...images, ...(filesFrom === undefined ? [] : await readNames(filesFrom, input))];
  if (named.length === 0) {
    throw usageError('No image is named.', 'Name files or folders: alexft predict photo.jpg');
  }
  if (filesFrom === '-' && named.includes('-')) {
    throw usageError("stdin can't be both the list of --files-from and an image.");
  }
  const onFound = scanProgress(context);
  const found = await span('scan', 'files', () => Promise.all(named.map((word) => imagesOf(word, onFound))));
  const all = found.flatMap((each) => each.files);
  const files = shard ? inShard(all, shard) : all;
  const skipped = found.flatMap((each) => each.skipped);
  const ignored = skipped.filter(({ kind }) => kind === 'ignored');
  if (ignored.length > 0) {
    const reasons = ignored.map(({ path, reason }) => `${path}: ${reason}`);
    context.onMessage(`Left out (${ignored.length}): ${examples(reasons, '; ')}.`);
  }
  const unusable = skipped.filter(
    ({ path, kind }) => kind === 'name' || (kind !== 'ignored' && isImageName(path)),
  );
  if (!shard || shard.index === 0)
    for (const { path, reason } of unusable) yield { file: path, error: reason };
  const without = named.filter((_, index) => found[index]!.files.length === 0);
  if (all.length === 0 && unusable.length > 0) return undefined;
  if (without.length > 0) {
    const others = found.filter(({ files }) => files.length === 0).flatMap((each) => each.others);
    throw dataError(
      `There is no image in ${without.map(printable).join(', ')}.` +
        (others.length > 0 ? ` Found only: ${countsByExtension(others)}.` : ''),
      `These extensions are used: ${imageExtensions.join(' ')}. A file that is named itself may have any.`,
    );
  }
  if (files.length === 0) {
    context.onMessage(
      `Shard ${shard!.index + 1} of ${shard!.count} has none of the ${counted(all.length, 'image')}.`,
    );
    return undefined;
  }

  const { explain, force } = options;
  if (explain !== undefined) await checkDrawnFile(explain, force, files);

  await using predictor = await openPredictor(options, files.length, context);
  const sources = await Promise.all(files.map(async (file) => (file === '-' ? await input() : file)));
  const toExplain: Answer[] = [];
  let done = 0;
  for await (const outcome of predictor.predict(sources)) {
    if (context.signal?.aborted) return undefined;
    const answer = answerOf(outcome, predictor.model.classes);
    const unsure = 'label' in answer && answer.probability < options.minProbability;
    const result = { file: files[outcome.index]!, ...answer, ...(unsure && { unsure }) };
    const source = sources[outcome.index]!;
    if (toExplain.length < mostExplained && 'label' in result) toExplain.push({ ...result, source });
    context.onProgress('Predicting', ++done, files.length, 'images');
    yield result;
  }
  if (explain === undefined || context.signal?.aborted) return undefined;
  return await span('draw', 'other', () =>
    drawExplanation(explain, toExplain, files.length, predictor, context),
  );
}
