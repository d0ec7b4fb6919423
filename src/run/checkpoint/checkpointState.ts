// state.json of a checkpoint. Its checksum does not prove that alexft wrote it, so its content is checked before use.

import { printable, UserError } from '../../core/errors.js';
import { type Fields, firstProblem, isCount, isNumber, isObject, optional } from '../../core/json.js';
import type { BestEpoch } from '../../training/best.js';
import type { Plateau } from '../../training/optimization/plateau.js';
import type { TrainingState } from '../../training/trainingState.js';

/** `record` is checked by its owner. */
export interface SavedState {
  readonly schema: number;
  readonly step: number;
  /** Updates of the optimizer. */
  readonly optimizerSteps: number;
  readonly state: TrainingState;
  readonly record: unknown;
  /** The SHA-256 of the best model's file. */
  readonly best?: string | undefined;
}

export const stateSchema = 1;

/**
 * Parses state.json. A string says what in it no training writes. Throws a UserError for another version's. `folder`:
 * of the checkpoint, for messages.
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
      { hint: 'Resume with the version of alexft that wrote it.' },
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
      plateau: optional(isPlateau),
    })
  );
}

const isPlateau = (value: unknown): value is Plateau =>
  isObject(value) &&
  isNumber(value.lowest) &&
  isCount(value.epochs) &&
  isNumber(value.scale) &&
  value.scale > 0;

const isBestEpoch = (value: unknown): value is BestEpoch =>
  isObject(value) &&
  isCount(value.epoch) &&
  optional(isNumber)(value.valAccuracy) &&
  optional(isNumber)(value.valLoss);
