// TensorBoard's events as records. Source: tensorflow/core/util/event.proto and framework/summary.proto.

import { bytes, double, encoded, type Fields, float, integer, message, text } from '../io/protobuf.js';
import type { EpochEvent, StepEvent } from '../training/events.js';
import { record } from './tfRecord.js';

/** When an event happened. */
export interface Moment {
  /** Steps done, over all epochs. */
  readonly step: number;
  /** Seconds since 1970. */
  readonly time: number;
}

export interface Image {
  /** A file in PNG. */
  readonly png: Buffer;
  readonly width: number;
  readonly height: number;
}

const event = ({ step, time }: Moment, what: Fields): Buffer =>
  record(encoded([...double(1, time), ...integer(2, step), ...what]));

/** The first event of a file. */
export const versionEvent = (time: number): Buffer => event({ step: 0, time }, text(3, 'brain.Event:2'));

/** Readers drop what earlier files have from this step on, as with SummaryWriter's `purge_step`. */
export const restartEvent = (moment: Moment): Buffer => event(moment, message(7, integer(1, 1)));

/** The figures of a step or an epoch. */
export function scalarsEvent(moment: Moment, figures: StepEvent | EpochEvent): Buffer {
  const values = Object.entries(tagged(figures)).filter(([, value]) => value !== undefined);
  return event(
    moment,
    message(5, ...values.map(([tag, value]) => message(1, text(1, tag), float(2, value!)))),
  );
}

const tagged = (figures: StepEvent | EpochEvent): Record<string, number | undefined> =>
  figures.event === 'step'
    ? { 'loss/step': figures.loss }
    : {
        'loss/training': figures.loss,
        'loss/validation': figures.valLoss,
        'accuracy/training': figures.accuracy,
        'accuracy/validation': figures.valAccuracy,
      };

/** An RGB image. */
export const imageEvent = (moment: Moment, tag: string, { png, width, height }: Image): Buffer => {
  const image = message(4, integer(1, height), integer(2, width), integer(3, 3), bytes(4, png));
  return event(moment, message(5, message(1, text(1, tag), image)));
};
