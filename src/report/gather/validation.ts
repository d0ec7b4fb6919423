// The best model's predictions for the validation images, compared with their labels.

import { join } from 'node:path';
import type { Context } from '../../core/context.js';
import type { Prediction } from '../../training/evaluateNetwork.js';
import type { SourceEvent } from '../../training/events.js';
import { classMetrics, emptyConfusion } from '../../training/metrics.js';
import type { ImagePrediction, Validation } from '../reportData.js';
import type { PastRun } from './pastRun.js';

/** Images and the indices of those for validation. A `TrainingSet` is one. */
export interface ImageSet {
  readonly paths: readonly string[];
  readonly names: readonly string[];
  /** Class indices. */
  readonly labels: readonly number[];
  readonly validation: readonly number[];
}

/** A prediction with the image's index in the `ImageSet`. */
export type SamplePrediction = ImagePrediction & { readonly index: number };

/** The validation images listed in split.json. `data`, `val`: the folders of the run, or where they are now. */
export function validationSet(
  { run, split }: PastRun,
  data = run.options.data,
  val = run.options.val,
): ImageSet {
  const files = split.files.filter(
    ({ file, side, class: name }) =>
      typeof file === 'string' && side === 'validation' && run.classes.includes(name),
  );
  const folder = val ?? data;
  return {
    paths: files.map(({ file }) => join(folder, file)),
    names: files.map(({ file }) => (val === undefined ? file : join(val, file))),
    labels: files.map((file) => run.classes.indexOf(file.class)),
    validation: files.map((_, sample) => sample),
  };
}

type EvaluatedValidation = Omit<Validation, 'confusionImage' | 'mistakes' | 'uncertain' | 'predictions'> & {
  readonly predictions: readonly SamplePrediction[];
};

/** The number of most probable classes to store for each image. */
const topClasses = 3;

/**
 * Evaluates `predictions` for the validation images of `set`. `reasons`: by file name, why images are unreadable.
 * Returns undefined without predictions.
 */
export async function evaluateValidation(
  predictions: AsyncIterable<Prediction | SourceEvent> | Iterable<Prediction>,
  set: ImageSet,
  { classes, reasons }: { classes: number; reasons: Map<string, string> },
  context: Context,
): Promise<EvaluatedValidation | undefined> {
  const confusion = emptyConfusion(classes);
  const evaluated: SamplePrediction[] = [];
  let loss = 0;
  let correct = 0;
  for await (const item of predictions) {
    context.signal?.throwIfAborted();
    if ('event' in item) {
      if (item.event === 'skipped') reasons.set(item.file, item.reason);
      continue;
    }
    const { index, probabilities } = item;
    const label = set.labels[index]!;
    const top = mostProbable(probabilities);
    evaluated.push({ index, file: set.names[index]!, label, top, truth: probabilities[label]! });
    confusion[label]![top[0]!.label]! += 1;
    loss -= item.logProbabilities[label]!;
    if (top[0]!.label === label) correct += 1;
    context.onProgress('Evaluating', evaluated.length, set.validation.length, 'images');
  }
  const images = evaluated.length;
  if (images === 0) return undefined;
  const seen = new Set(evaluated.map(({ index }) => index));
  const leftOut = set.validation
    .filter((index) => !seen.has(index))
    .map((index) => set.names[index]!)
    .map((file) => ({ file, reason: reasons.get(file) ?? 'could not be read' }));
  const metrics = confusion.map((_, index) => classMetrics(confusion, index));
  return {
    images,
    loss: loss / images,
    accuracy: correct / images,
    confusion,
    metrics,
    predictions: evaluated,
    leftOut,
  };
}

/** Ties are in the order of the classes, as in argmax. */
const mostProbable = (probabilities: Prediction['probabilities']): ImagePrediction['top'][number][] =>
  Array.from(probabilities, (probability, label) => ({ label, probability }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, topClasses);
