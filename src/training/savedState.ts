// What a checkpoint's state.json may say. Its checksum tells that it is what somebody wrote, not that alexft did: it is
// data from a file, and is looked at before anything is built on it.

import { type Fields, firstProblem, isCount, isNumber, isObject, optional } from '../jsonData.js';
import type { BestEpoch } from './best.js';
import type { TrainingState } from './trainingState.js';

/** The text of a checkpoint. `record` is its owner's, who looks at it. */
export interface SavedState {
  readonly schema: number;
  readonly step: number;
  /** Updates that the optimizer has done. */
  readonly optimizerSteps: number;
  readonly state: TrainingState;
  readonly record: unknown;
  /** The SHA-256 of the best model's file. */
  readonly best?: string;
}

/** What in it no training writes, in words; undefined where it is a SavedState. */
export function stateProblem(value: unknown): string | undefined {
  if (!isObject(value)) return 'it is no object';
  const { step, optimizerSteps, state, best } = value;
  return (
    firstProblem({ step, optimizerSteps }, { step: isCount, optimizerSteps: isCount }) ??
    (best === undefined || (typeof best === 'string' && /^[0-9a-f]{64}$/.test(best))
      ? undefined
      : `'best' is no SHA-256`) ??
    (isObject(state) ? undefined : `'state' is no object`) ??
    firstProblem(state as Fields, {
      epoch: (epoch) => isCount(epoch) && epoch > 0,
      batches: isCount,
      images: isCount,
      loss: isNumber,
      correct: isCount,
      epochsSinceLowest: isCount,
      lowestLoss: optional(isNumber),
      best: optional(isBestEpoch),
    })
  );
}

const isBestEpoch = (value: unknown): value is BestEpoch =>
  isObject(value) &&
  isCount(value.epoch) &&
  optional(isNumber)(value.valAccuracy) &&
  optional(isNumber)(value.valLoss);
