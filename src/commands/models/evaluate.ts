// alexft evaluate: how good a model is on a folder of images.

import { join } from 'node:path';
import { scanProgress, silentContext } from '../../core/context.js';
import { printable, usageError } from '../../core/errors.js';
import { span } from '../../core/spans.js';
import { ignoreLeftovers } from '../../data/dataset/ignore.js';
import { type ImageFolder, scanImageFolder } from '../../data/dataset/scan.js';
import { type Evaluation, Score } from '../../inference/evaluation.js';
import { readPredictions } from '../../inference/predictionFiles.js';
import { openPredictor } from '../../inference/predictor.js';
import { checkOutputFile } from '../../io/outputFile.js';
import { type EvaluateOptions, evaluateOptions } from '../../options/modelOptions.js';
import { withDefaults } from '../../options/option.js';
import { requireData } from '../../options/train/dataOptions.js';
import type { CommandContext } from '../../profile/context.js';
import { startProfile } from '../../profile/profile.js';
import { writeEvaluationPage } from '../../report/gather/evaluationReport.js';
import type { Prediction } from '../../training/evaluateNetwork.js';

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
  const { out } = options;
  if (out !== undefined) {
    if (options.predictions !== undefined) {
      throw usageError('--out needs a model, for its heat maps.', 'Remove --predictions or --out.');
    }
    await checkOutputFile(out, options.force);
  }
  await using _profile = await startProfile(options, context);
  const onFound = scanProgress(context);
  const folder = await span('scan', 'files', () =>
    scanImageFolder(data, { ignore: ignoreLeftovers(options.ignore), onFound }),
  );
  for (const warning of folder.warnings) context.onMessage(warning);
  if (options.predictions === undefined) return await evaluateModel(folder, options, context);
  return await evaluateFiles(options.predictions, folder, options, context);
}

async function evaluateModel(
  folder: ImageFolder,
  options: EvaluateOptions,
  context: CommandContext,
): Promise<Evaluation> {
  const { out, batchSize, maxError } = options;
  const names = folder.samples.map(({ path }) => path);
  const paths = names.map((name) => join(folder.root, name));
  await using predictor = await openPredictor(options, paths.length, context);
  const { classes, file } = predictor.model;
  const score = new Score(folder, classes, context, maxError);
  const predictions: Prediction[] = [];
  const reasons = new Map<string, string>();
  for await (const outcome of predictor.predict(paths)) {
    context.signal?.throwIfAborted();
    if ('unreadable' in outcome) {
      score.skip(outcome.index, outcome.unreadable);
      reasons.set(names[outcome.index]!, outcome.unreadable);
      continue;
    }
    score.add(outcome.index, outcome.probabilities, (label) => outcome.logProbabilities[label]!);
    if (out !== undefined) predictions.push(outcome);
  }
  const { evaluation } = score;
  if (out !== undefined) {
    const set = { paths, names, labels: score.labels, validation: [...names.keys()] };
    const subject = { ...predictor, set, batchSize, predictions };
    const model = options.model ?? options.weights ?? file;
    await writeEvaluationPage(out, { data: folder.root, model, classes, subject, reasons }, context);
    context.onMessage(`The page: ${printable(out)}`);
  }
  return evaluation;
}

async function evaluateFiles(
  names: string,
  folder: ImageFolder,
  { maxError }: EvaluateOptions,
  context: CommandContext,
): Promise<Evaluation> {
  const { classes, results } = await readPredictions(
    names,
    folder.samples.map(({ path }) => path),
  );
  const score = new Score(folder, classes, context, maxError);
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
