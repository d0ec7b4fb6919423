// Reads a training's events for a person: a bar for what is being done, a line for each epoch.

import { printable } from '../core/errors.js';
import { duration, percent } from '../core/formatting.js';
import type { DoneEvent, EpochEvent, PlanEvent, StartEvent, TrainingEvent } from '../training/events.js';
import type { Capabilities } from './capabilities.js';
import { shortened } from './columns.js';
import type { Costs } from './costs.js';
import { epochLine } from './epochLine.js';
import type { Progress } from './progress.js';
import { trainingCurves } from './trainingCurves.js';

export interface TrainReader {
  take(event: TrainingEvent): void;
  /** Draws how the losses and accuracies went, where there is a terminal and enough of them. */
  showCurves(): void;
  /** The lines of the result. */
  summary(done: DoneEvent): string[];
}

/** `can`: what the terminal of `progress` can show. */
export function createTrainReader(progress: Progress, can: Capabilities, costs: Costs): TrainReader {
  const past: EpochEvent[] = [];
  let start: StartEvent | undefined;
  let epochs = 0;
  let stepsPerEpoch = 0;

  const labelOf = (epoch: number) => `Epoch ${epoch}/${epochs}`;
  /** Features may come first, and the epoch's time runs meanwhile. */
  const beginEpoch = (stepsBefore: number) => {
    const epoch = Math.floor(stepsBefore / stepsPerEpoch) + 1;
    progress.begin(labelOf(epoch), stepsBefore % stepsPerEpoch, stepsPerEpoch, 'steps');
  };

  const take = (event: TrainingEvent): void => {
    switch (event.event) {
      case 'start':
        start = event;
        costs.spent('starting');
        ({ epochs, stepsPerEpoch } = planOf(event));
        for (const line of startLines(event)) progress.message(line);
        beginEpoch(event.resumed?.step ?? 0);
        break;
      case 'skipped':
        progress.message(`Skipped ${printable(event.file)}: ${event.reason}`);
        break;
      case 'features':
        costs.spent('features');
        progress.update('Features', event.done, event.total, 'images');
        break;
      case 'step': {
        costs.spent('steps');
        const step = event.step - (event.epoch - 1) * stepsPerEpoch;
        progress.update(labelOf(event.epoch), step, stepsPerEpoch, 'steps', `loss ${event.loss.toFixed(4)}`);
        break;
      }
      case 'epoch':
        costs.spent('saving');
        past.push(event);
        beginEpoch(event.epoch * stepsPerEpoch);
        progress.message(epochLine(event, epochs, can.columns()));
        break;
      case 'checkpoint':
        costs.spent('saving');
        if (event.step % stepsPerEpoch === 0) beginEpoch(event.step); // its time begins when this is over
        break;
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
        : `, right on ${percent(best.valAccuracy)} of the validation images`;
    const left = skipped > 0 ? ` (${skipped} left out)` : '';
    return [
      `${printable(model)}: the best model is of epoch ${best.epoch}${accuracy}.`,
      `${images} images${left}, ${start?.classes.length} classes, ${duration(seconds)}.`,
    ];
  };

  const showCurves = (): void => {
    if (!can.draws) return;
    for (const line of trainingCurves(past, can.columns(), can.unicode)) progress.message([line]);
  };

  return { take, showCurves, summary };
}

function planOf({ train, options }: StartEvent) {
  const { epochs, batchSize } = options;
  return { epochs, stepsPerEpoch: Math.ceil(train / batchSize) };
}

/** Columns that a class's name gets in a sentence. */
const longestName = 32;

export function imagesLine({ classes, train, validation }: PlanEvent | StartEvent): string {
  const shown = classes
    .slice(0, 8)
    .map((name) => shortened(printable(name), longestName))
    .join(', ');
  const names = classes.length > 8 ? `${shown}, ...` : shown;
  return `${classes.length} classes (${names}); ${train} images to train on, ${validation} to validate on`;
}

function startLines(event: StartEvent): string[] {
  const { engine, weights, options, model } = event;
  return [
    imagesLine(event),
    `${engine}; weights: ${printable(weights)}; training: ${options.trainable}`,
    `${options.epochs} epochs of batches of ${options.batchSize}, ${options.optimizer}, learning rate ${options.lr}; into ${printable(model)}`,
  ];
}
