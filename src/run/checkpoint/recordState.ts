// What a checkpoint stores for the recorder of a resumed run.

import { firstProblem, isCount, isNumber, isObject, optional } from '../../core/json.js';
import type { EpochEvent, SkippedEvent } from '../../training/events.js';

export interface RecordState {
  readonly skipped: readonly SkippedEvent[];
  readonly epochs: readonly EpochEvent[];
  readonly seconds: number;
  /** Bytes of events.jsonl. */
  readonly events: number;
}

/** What is wrong with a checkpoint's record, in words; undefined where it is a RecordState. */
export function recordProblem(record: unknown): string | undefined {
  if (!isObject(record)) return "'record' is no object";
  return firstProblem(record, {
    skipped: listOf(isSkipped),
    epochs: listOf(isEpoch),
    seconds: (value) => isNumber(value) && value >= 0,
    events: isCount,
  });
}

const listOf = (is: (value: unknown) => boolean) => (list: unknown) => Array.isArray(list) && list.every(is);

const isSkipped = (value: unknown): boolean =>
  isObject(value) &&
  value.event === 'skipped' &&
  typeof value.file === 'string' &&
  typeof value.reason === 'string';

const isEpoch = (value: unknown): boolean =>
  isObject(value) &&
  value.event === 'epoch' &&
  typeof value.best === 'boolean' &&
  isCount(value.epoch) &&
  [value.loss, value.accuracy, value.seconds].every(isNumber) &&
  [value.valLoss, value.valAccuracy].every(optional(isNumber));
