// Reads a training's events for a person: a bar for what is being done, a line for each epoch.

import { printable } from '../errors.js';
import type { DoneEvent, EpochEvent, PlanEvent, StartEvent, TrainingEvent } from '../training/events.js';
import type { Progress } from './progress.js';
import { duration, percent } from './terminal.js';

export interface TrainReader {
  take(event: TrainingEvent): void;
  /** The lines of the result. */
  summary(done: DoneEvent): string[];
}

export function createTrainReader(progress: Progress): TrainReader {
  let start: StartEvent | undefined;
  let epochs = 0;
  let stepsPerEpoch = 0;

  const take = (event: TrainingEvent): void => {
    switch (event.event) {
      case 'start':
        start = event;
        ({ epochs, stepsPerEpoch } = planOf(event));
        for (const line of startLines(event)) progress.message(line);
        break;
      case 'skipped':
        progress.message(`Skipped ${printable(event.file)}: ${event.reason}`);
        break;
      case 'features':
        progress.update('Features', event.done, event.total, 'pictures, once');
        break;
      case 'step': {
        const step = event.step - (event.epoch - 1) * stepsPerEpoch;
        progress.update(
          `Epoch ${event.epoch}/${epochs}`,
          step,
          stepsPerEpoch,
          `loss ${event.loss.toFixed(4)}`,
        );
        break;
      }
      case 'epoch':
        progress.message(epochLine(event, epochs));
        break;
      case 'checkpoint':
      case 'plan':
      case 'error':
      case 'done':
        break; // the command's business
    }
  };

  const summary = ({ model, best, images, skipped, seconds }: DoneEvent): string[] => {
    const accuracy =
      best.valAccuracy === undefined
        ? ''
        : `, right on ${percent(best.valAccuracy)} of the validation pictures`;
    const left = skipped > 0 ? ` (${skipped} left out)` : '';
    return [
      `${printable(model)}: the best model is of epoch ${best.epoch}${accuracy}.`,
      `${images} pictures${left}, ${start?.classes.length} classes, ${duration(seconds)}.`,
    ];
  };

  return { take, summary };
}

function planOf({ train, options }: StartEvent) {
  const { epochs, batchSize } = options;
  return { epochs, stepsPerEpoch: Math.ceil(train / batchSize) };
}

export function picturesLine({ classes, train, validation }: PlanEvent | StartEvent): string {
  const shown = classes.slice(0, 8).map(printable).join(', ');
  const names = classes.length > 8 ? `${shown}, ...` : shown;
  return `${classes.length} classes (${names}); ${train} pictures to train on, ${validation} to validate on`;
}

function startLines(event: StartEvent): string[] {
  const { engine, weights, options, model } = event;
  return [
    picturesLine(event),
    `${engine}; weights: ${printable(weights)}; training: ${options.trainable}`,
    `${options.epochs} epochs of batches of ${options.batchSize}, ${options.optimizer}, learning rate ${options.lr}; into ${printable(model)}`,
  ];
}

function epochLine(event: EpochEvent, epochs: number): string {
  const { epoch, loss, accuracy, valLoss, valAccuracy, seconds, best } = event;
  const validation =
    valLoss === undefined || valAccuracy === undefined
      ? ''
      : `  validation loss ${valLoss.toFixed(4)}  accuracy ${valAccuracy.toFixed(4)}`;
  const width = String(epochs).length;
  return (
    `Epoch ${String(epoch).padStart(width)}/${epochs}  loss ${loss.toFixed(4)}  accuracy ${accuracy.toFixed(4)}` +
    `${validation}  ${duration(seconds)}${best ? '  best' : ''}`
  );
}
