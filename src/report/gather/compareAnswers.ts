// The answers of two models for the same images.

import type { Context } from '../../core/context.js';
import type { Predictor } from '../../inference/predictor.js';
import { mostProbable } from '../../training/evaluateNetwork.js';
import type { AnswerComparison, Pair } from '../comparison.js';
import { mcnemar } from '../mcnemar.js';

export interface ComparedImage {
  readonly file: string;
  readonly path: string;
  /** The name of the true class. */
  readonly class: string;
}

export interface Answer {
  readonly label: string;
  readonly probability: number;
  /** -log of the true class's probability. */
  readonly loss: number;
}

/** One answer for each image; undefined where it can't be read, or the model does not know its class. */
export async function answersOf(
  predictor: Predictor,
  images: readonly ComparedImage[],
  context: Context,
): Promise<(Answer | undefined)[]> {
  const { classes } = predictor.model;
  const answers: (Answer | undefined)[] = [];
  for await (const outcome of predictor.predict(images.map(({ path }) => path))) {
    context.signal?.throwIfAborted();
    answers.push(undefined);
    context.onProgress('Evaluating', answers.length, images.length, 'images');
    if ('unreadable' in outcome) continue;
    const truth = classes.indexOf(images[outcome.index]!.class);
    if (truth < 0) continue;
    const best = mostProbable(outcome.probabilities);
    const [label, probability] = [classes[best]!, outcome.probabilities[best]!];
    answers[outcome.index] = { label, probability, loss: -outcome.logProbabilities[truth]! };
  }
  return answers;
}

/** Undefined where no image has two answers. */
export function compareAnswers(
  images: readonly ComparedImage[],
  answers: Pair<readonly (Answer | undefined)[]>,
): AnswerComparison | undefined {
  const compared = images.flatMap(({ file, class: name }, index) => {
    const [first, second] = [answers[0][index], answers[1][index]];
    if (!first || !second) return [];
    return [{ file, class: name, answers: [first, second] as const }];
  });
  if (compared.length === 0) return undefined;
  const isRight = (image: (typeof compared)[number], run: 0 | 1) => image.answers[run].label === image.class;
  const share = (run: 0 | 1) => compared.filter((image) => isRight(image, run)).length / compared.length;
  const loss = (run: 0 | 1) =>
    compared.reduce((sum, image) => sum + image.answers[run].loss, 0) / compared.length;
  const count = (first: boolean, second: boolean) =>
    compared.filter((image) => isRight(image, 0) === first && isRight(image, 1) === second).length;
  const onlyRight = [count(true, false), count(false, true)] as const;
  return {
    images: compared.length,
    accuracy: [share(0), share(1)],
    loss: [loss(0), loss(1)],
    bothRight: count(true, true),
    bothWrong: count(false, false),
    onlyRight,
    pValue: mcnemar(...onlyRight),
    changed: compared
      .filter(({ answers: [first, second] }) => first.label !== second.label)
      .map(({ file, class: name, answers: both }) => {
        const [first, second] = both.map(({ label, probability }) => ({ label, probability }));
        return { file, class: name, answers: [first!, second!] as const };
      }),
  };
}
