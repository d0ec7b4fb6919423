// Whether what a model says of the validation pictures is right, picture by picture.

import type { JudgedPicture, Validation } from '../../report/reportData.js';
import type { Prediction } from '../../training/evaluateNetwork.js';
import type { SourceEvent } from '../../training/events.js';
import { emptyConfusion } from '../../training/metrics.js';
import type { CommandContext } from '../context.js';

/** Pictures, and which of them are for validation. A TrainingSet is one. */
export interface PictureSet {
  readonly paths: readonly string[];
  readonly names: readonly string[];
  /** Indices of logits. */
  readonly labels: readonly number[];
  readonly validation: readonly number[];
}

/** A picture's judgement, and which sample it is of. */
export type JudgedSample = JudgedPicture & { readonly sample: number };

export type Judgement = Pick<Validation, 'images' | 'loss' | 'accuracy' | 'confusion' | 'leftOut'> & {
  readonly judged: readonly JudgedSample[];
};

/** Classes that are kept of each picture's probabilities. */
const topClasses = 3;

/**
 * Sets what the network says of the validation pictures beside what they are. `reasons`: why pictures that are known to be
 * unreadable are so, by their name; they are not told of again. Undefined where there is none to look at.
 */
export async function judgeValidation(
  predictions: AsyncIterable<Prediction | SourceEvent> | Iterable<Prediction>,
  set: PictureSet,
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
    const label = set.labels[item.sample]!;
    const top = mostProbable(item);
    judged.push({
      sample: item.sample,
      file: set.names[item.sample]!,
      label,
      top,
      truth: item.probabilities[label]!,
    });
    confusion[label]![top[0]!.label]! += 1;
    loss -= item.logProbabilities[label]!;
    if (top[0]!.label === label) correct += 1;
    context.onProgress('Evaluating', judged.length, set.validation.length, 'pictures');
  }
  const images = judged.length;
  if (images === 0) return undefined;
  const seen = new Set(judged.map(({ sample }) => sample));
  const leftOut = set.validation
    .filter((sample) => !seen.has(sample))
    .map((sample) => set.names[sample]!)
    .map((file) => ({ file, reason: reasons.get(file) ?? 'could not be read' }));
  return { images, loss: loss / images, accuracy: correct / images, confusion, judged, leftOut };
}

/** The first of equals comes first, as in argmax. */
const mostProbable = ({ probabilities }: Prediction): { label: number; probability: number }[] =>
  Array.from(probabilities, (probability, label) => ({ label, probability }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, topClasses);
