// Whether what a model says of the validation images is right, image by image.

import type { CommandContext } from '../../core/context.js';
import type { Prediction } from '../../training/evaluateNetwork.js';
import type { SourceEvent } from '../../training/events.js';
import { emptyConfusion } from '../../training/metrics.js';
import type { JudgedImage, Validation } from '../reportData.js';

/** Images, and which of them are for validation. A TrainingSet is one. */
export interface ImageSet {
  readonly paths: readonly string[];
  readonly names: readonly string[];
  /** Indices of logits. */
  readonly labels: readonly number[];
  readonly validation: readonly number[];
}

/** An image's judgement, and its index in the dataset. */
export type JudgedSample = JudgedImage & { readonly index: number };

export type Judgement = Pick<Validation, 'images' | 'loss' | 'accuracy' | 'confusion' | 'leftOut'> & {
  readonly judged: readonly JudgedSample[];
};

/** Classes that are kept of each image's probabilities. */
const topClasses = 3;

/**
 * Sets what the network says of the validation images beside what they are. `reasons`: why images that are known to be
 * unreadable are so, by their name; they are not told of again. Undefined where there is none to look at.
 */
export async function judgeValidation(
  predictions: AsyncIterable<Prediction | SourceEvent> | Iterable<Prediction>,
  set: ImageSet,
  { classes, reasons }: { classes: number; reasons: Map<string, string> },
  context: CommandContext,
): Promise<Judgement | undefined> {
  const confusion = emptyConfusion(classes);
  const judged: JudgedSample[] = [];
  let loss = 0;
  let correct = 0;
  for await (const item of predictions) {
    context.signal?.throwIfAborted();
    if ('event' in item) {
      if (item.event === 'skipped') reasons.set(item.file, item.reason);
      continue;
    }
    const label = set.labels[item.index]!;
    const top = mostProbable(item);
    judged.push({
      index: item.index,
      file: set.names[item.index]!,
      label,
      top,
      truth: item.probabilities[label]!,
    });
    confusion[label]![top[0]!.label]! += 1;
    loss -= item.logProbabilities[label]!;
    if (top[0]!.label === label) correct += 1;
    context.onProgress('Evaluating', judged.length, set.validation.length, 'images');
  }
  const images = judged.length;
  if (images === 0) return undefined;
  const seen = new Set(judged.map(({ index }) => index));
  const leftOut = set.validation
    .filter((index) => !seen.has(index))
    .map((index) => set.names[index]!)
    .map((file) => ({ file, reason: reasons.get(file) ?? 'could not be read' }));
  return { images, loss: loss / images, accuracy: correct / images, confusion, judged, leftOut };
}

/** The first of equals comes first, as in argmax. */
const mostProbable = ({ probabilities }: Prediction): { label: number; probability: number }[] =>
  Array.from(probabilities, (probability, label) => ({ label, probability }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, topClasses);
