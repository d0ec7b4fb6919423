// alexft evaluate: how good a model is on a folder of images.

import { join } from 'node:path';
import { scanProgress, silentContext } from '../../core/context.js';
import { usageError } from '../../core/errors.js';
import { span } from '../../core/spans.js';
import { ignoreLeftovers } from '../../data/dataset/ignore.js';
import { type ImageFolder, scanImageFolder } from '../../data/dataset/scan.js';
import { type Evaluation, Score } from '../../inference/evaluation.js';
import { readPredictions } from '../../inference/predictionFiles.js';
import { openPredictor } from '../../inference/predictor.js';
import { type EvaluateOptions, evaluateOptions } from '../../options/modelOptions.js';
import { withDefaults } from '../../options/option.js';
import { requireData } from '../../options/train/dataOptions.js';
import type { CommandContext } from '../../profile/context.js';
import { startProfile } from '../../profile/profile.js';

/**
 * Evaluates a model, or predictions that were made before. Classes are matched by name: one that the model does not
 * know is an error, one that is absent is fine.
 */
export async function evaluate(
  given: Partial<EvaluateOptions>,
  context: CommandContext = silentContext,
): Promise<Evaluation> {
  const options = withDefaults(evaluateOptions, given);
  const data = requireData(options.data);
  if (options.predictions !== undefined && (options.model ?? options.weights) !== undefined) {
    throw usageError('--predictions is evaluated without a model.', 'Remove --model and --weights.');
  }
  await using _profile = await startProfile(options, context);
  const onFound = scanProgress(context);
  const folder = await span('scan', 'files', () =>
    scanImageFolder(data, { ignore: ignoreLeftovers(options.ignore), onFound }),
  );
  for (const warning of folder.warnings) context.onMessage(warning);
  if (options.predictions !== undefined) return await evaluateFiles(options.predictions, folder, context);
  return await evaluateModel(folder, options, context);
}

async function evaluateModel(
  folder: ImageFolder,
  options: EvaluateOptions,
  context: CommandContext,
): Promise<Evaluation> {
  const paths = folder.samples.map(({ path }) => join(folder.root, path));
  await using predictor = await openPredictor(options, paths.length, context);
  const score = new Score(folder, predictor.model.classes, context);
  for await (const outcome of predictor.predict(paths)) {
    context.signal?.throwIfAborted();
    if ('unreadable' in outcome) score.skip(outcome.index, outcome.unreadable);
    else score.add(outcome.index, outcome.probabilities, (label) => outcome.logProbabilities[label]!);
  }
  return score.evaluation;
}

async function evaluateFiles(
  names: string,
  folder: ImageFolder,
  context: CommandContext,
): Promise<Evaluation> {
  const { classes, results } = await readPredictions(
    names,
    folder.samples.map(({ path }) => path),
  );
  const score = new Score(folder, classes, context);
  for (const [index, result] of results.entries()) {
    if ('unreadable' in result) score.skip(index, result.unreadable);
    else {
      const probabilities = Float32Array.from(classes, (name) => result.probabilities[name]!);
      score.add(index, probabilities, (label) => Math.log(Math.max(probabilities[label]!, smallest)));
    }
  }
  return score.evaluation;
}

/** The smallest float32 above 0: a probability that was rounded to 0 has a finite loss. */
const smallest = 2 ** -149;
