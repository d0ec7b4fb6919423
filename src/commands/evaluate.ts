// alexft evaluate: how good a model is on a folder of images.

import { join } from 'node:path';
import { scanProgress, silentContext } from '../core/context.js';
import { dataError, printable } from '../core/errors.js';
import { span } from '../core/spans.js';
import { labelsByName } from '../data/dataset/dataset.js';
import { ignoreLeftovers } from '../data/dataset/ignore.js';
import { scanImageFolder } from '../data/dataset/scan.js';
import { openPredictor } from '../inference/predictor.js';
import { type EvaluateOptions, evaluateOptions } from '../options/modelOptions.js';
import { withDefaults } from '../options/option.js';
import { requireData } from '../options/trainOptions.js';
import type { CommandContext } from '../profile/context.js';
import { startProfile } from '../profile/profile.js';
import { mostProbable } from '../training/evaluateNetwork.js';
import { type ClassMetrics, type Confusion, classMetrics, emptyConfusion } from '../training/metrics.js';

export interface Evaluation {
  readonly images: number;
  /** Images that could not be read. */
  readonly skipped: number;
  readonly accuracy: number;
  /** The mean cross-entropy. */
  readonly loss: number;
  /** Of the model, in its order. */
  readonly classes: readonly string[];
  readonly perClass: Readonly<Record<string, ClassMetrics>>;
  readonly confusion: Confusion;
}

/** Classes are matched by name: one that the model does not know is an error, one that is absent is fine. */
export async function evaluate(
  given: Partial<EvaluateOptions>,
  context: CommandContext = silentContext,
): Promise<Evaluation> {
  const options = withDefaults(evaluateOptions, given);
  const data = requireData(options.data);
  await using _profile = await startProfile(options, context);
  return await evaluateFolder(data, options, context);
}

async function evaluateFolder(
  data: string,
  options: EvaluateOptions,
  context: CommandContext,
): Promise<Evaluation> {
  const onFound = scanProgress(context);
  const folder = await span('scan', 'files', () =>
    scanImageFolder(data, { ignore: ignoreLeftovers(options.ignore), onFound }),
  );
  for (const warning of folder.warnings) context.onMessage(warning);
  const paths = folder.samples.map(({ path }) => join(folder.root, path));
  await using predictor = await openPredictor(options, paths.length, context);
  const { classes } = predictor.model;
  const labels = labelsByName(folder, { classes });

  const confusion = emptyConfusion(classes.length);
  let loss = 0;
  let skipped = 0;
  let images = 0;
  for await (const outcome of predictor.predict(paths)) {
    context.signal?.throwIfAborted();
    if ('unreadable' in outcome) {
      skipped += 1;
      const { path } = folder.samples[outcome.index]!;
      context.onMessage(`Skipped ${printable(path)}: ${outcome.unreadable}`);
      continue;
    }
    const label = labels[outcome.index]!;
    confusion[label]![mostProbable(outcome.probabilities)]! += 1;
    loss -= outcome.logProbabilities[label]!;
    images += 1;
    context.onProgress('Evaluating', images + skipped, paths.length, 'images');
  }
  if (images === 0) throw dataError(`None of the ${skipped} images can be read.`);
  const correct = confusion.reduce((sum, row, index) => sum + row[index]!, 0);
  return {
    images,
    skipped,
    accuracy: correct / images,
    loss: loss / images,
    classes,
    perClass: Object.fromEntries(classes.map((name, index) => [name, classMetrics(confusion, index)])),
    confusion,
  };
}
