// What a checkpoint's state.json may say. Its checksum tells that it is what somebody wrote, not that alexft did: it is
// data from a file, and is looked at before anything is built on it.

import { printable, UserError } from '../core/errors.js';
import { type Fields, firstProblem, isCount, isNumber, isObject, optional } from '../core/json.js';
import type { BestEpoch } from '../training/best.js';
import type { TrainingState } from '../training/trainingState.js';

/** The text of a checkpoint. `record` is its owner's, who looks at it. */
export interface SavedState {
  readonly schema: number;
  readonly step: number;
  /** Updates that the optimizer has done. */
  readonly optimizerSteps: number;
  readonly state: TrainingState;
  readonly record: unknown;
  /** The SHA-256 of the best model's file. */
  readonly best?: string | undefined;
}

export const stateSchema = 1;

/**
 * What state.json says, or what in it no training writes, in words. Throws a UserError where another version wrote it.
 * `folder`: of the checkpoint, for messages.
 */
export function readState(text: string, folder: string): SavedState | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'it is not JSON';
  }
  if (!isObject(value)) return 'it is no object';
  if (value.schema !== stateSchema) {
    const found = printable(String(value.schema)).slice(0, 20);
    throw new UserError(
      `The checkpoint in '${printable(folder)}' has schema ${found}; this version reads schema ${stateSchema}.`,
      { hint: 'Go on with the version of alexft that wrote it.' },
    );
  }
  return stateProblem(value) ?? (value as unknown as SavedState);
}

function stateProblem(value: Fields): string | undefined {
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
