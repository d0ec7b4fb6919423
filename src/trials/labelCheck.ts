// `check --labels`: the images whose folder is probably wrong.

import type { Context } from '../core/context.js';
import { span } from '../core/spans.js';
import type { TrainingSet } from '../data/dataset/dataset.js';
import { mostProbable } from '../training/evaluateNetwork.js';
import { wrongLabels } from './confidentLearning.js';
import { crossValidate } from './crossValidation.js';
import { foldsOf } from './folds.js';
import { type FrozenOptions, openFrozenFeatures } from './frozenFeatures.js';
import type { LabelCheck } from './labelResult.js';

const folds = 10;

/** The second one is trained without the images that the first one suspects. */
const rounds = 2;

/**
 * Cross-validates a linear head on frozen features of `dataset`. `together`: lists of images, by index, that look
 * alike. Throws a UserError where the engine or the weights are missing.
 */
export async function checkLabels(
  dataset: TrainingSet,
  options: FrozenOptions & { readonly seed: number },
  together: readonly (readonly number[])[],
  context: Context,
): Promise<LabelCheck> {
  const { names, labels, classes } = dataset;
  const { seed } = options;
  await using features = await openFrozenFeatures(dataset, options, context);
  const foldOf = foldsOf(labels, { folds, seed, together });
  let predictions: ReadonlyMap<number, Float32Array> = new Map();
  let excluded: ReadonlySet<number> = new Set();
  for (let round = 0; round < rounds; round++) {
    const task = { ...features, labels, classes: classes.length, foldOf, folds, seed, excluded };
    predictions = await span('cross-validate', 'computing', () =>
      finished(crossValidate({ ...task, signal: context.signal }), context),
    );
    excluded = new Set(wrongLabels(predictions, labels, classes.length).map(({ index }) => index));
  }
  const agreeing = [...predictions].filter(([index, each]) => mostProbable(each) === labels[index]);
  return {
    ...{ folds, seed },
    images: predictions.size,
    accuracy: agreeing.length / predictions.size,
    suspicious: wrongLabels(predictions, labels, classes.length).map(({ index, predicted }) => ({
      file: names[index]!,
      label: classes[labels[index]!]!,
      probability: predictions.get(index)![labels[index]!]!,
      predicted: classes[predicted]!,
      predictedProbability: predictions.get(index)![predicted]!,
    })),
  };
}

async function finished(
  work: ReturnType<typeof crossValidate>,
  { onProgress }: Context,
): Promise<Map<number, Float32Array>> {
  for (;;) {
    const next = await work.next();
    if (next.done) return next.value;
    if (next.value.event === 'features') onProgress('Features', next.value.done, next.value.total, 'images');
  }
}
