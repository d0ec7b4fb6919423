// Shows a training's events: a progress bar, a line per epoch, curves and a summary.

import { printable } from '../../core/errors.js';
import { duration, percent } from '../../core/formatting.js';
import { counted } from '../../core/text.js';
import { readPastRun } from '../../report/gather/pastRun.js';
import { adviceOn } from '../../training/advice.js';
import type { DoneEvent, EpochEvent, PlanEvent, StartEvent, TrainingEvent } from '../../training/events.js';
import type { Capabilities } from '../terminal/capabilities.js';
import { truncate } from '../terminal/columns.js';
import type { Progress } from '../terminal/progress.js';
import { adviceLine } from './adviceLine.js';
import type { Costs } from './costs.js';
import { epochLine } from './epochLine.js';
import { trainingCurves } from './trainingCurves.js';

export interface TrainReader {
  take(event: TrainingEvent): Promise<void>;
  /** Draws the losses and accuracies by epoch, on a terminal and if there are enough epochs. */
  showCurves(): void;
  summary(done: DoneEvent): string[];
}

/** `terminal`: the capabilities of the terminal that `progress` writes to. */
export function createTrainReader(progress: Progress, terminal: Capabilities, costs: Costs): TrainReader {
  const past: EpochEvent[] = [];
  let start: StartEvent | undefined;
  let epochs = 0;
  let stepsPerEpoch = 0;

  const labelOf = (epoch: number) => `Epoch ${epoch}/${epochs}`;
  /** Starts the clock of the epoch after `stepsBefore` steps: its features may be computed first. */
  const beginEpoch = (stepsBefore: number) => {
    const epoch = Math.floor(stepsBefore / stepsPerEpoch) + 1;
    progress.begin(labelOf(epoch), stepsBefore % stepsPerEpoch, stepsPerEpoch, 'steps');
  };

  const given = new Set<string>();
  const advise = () => {
    const { options, classes, validation } = start!;
    const advice = adviceOn({ options, classes: classes.length, validation, epochs: past }, given);
    if (!advice) return;
    given.add(advice.topic);
    progress.message(adviceLine(advice, options));
  };

  const take = async (event: TrainingEvent): Promise<void> => {
    switch (event.event) {
      case 'start':
        start = event;
        costs.spent('starting');
        epochs = event.options.epochs;
        stepsPerEpoch = stepsPerEpochOf(event);
        for (const line of startLines(event)) progress.message(line);
        past.push(...(await earlierEpochs(event)));
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
        progress.message(epochLine(event, epochs, terminal.columns()));
        advise();
        break;
      case 'checkpoint':
        costs.spent('saving');
        if (event.step % stepsPerEpoch === 0) beginEpoch(event.step); // the checkpoint is not part of the epoch
        break;
      case 'plan':
      case 'error':
      case 'done':
        break; // handled by the command
    }
  };

  const summary = ({ model, best, images, skipped, seconds, test }: DoneEvent): string[] => {
    const accuracy =
      best.valAccuracy === undefined ? '' : `, validation accuracy ${percent(best.valAccuracy)}`;
    return [
      `${printable(model)}: best model from epoch ${best.epoch}${accuracy}`,
      ...(test
        ? [
            `Test on ${counted(test.images, 'image')} of ${printable(test.data)}: accuracy ${percent(test.accuracy)}, loss ${test.loss.toFixed(4)}`,
          ]
        : []),
      `${counted(images, 'image')}${skipped > 0 ? ` (${skipped} skipped)` : ''}, ${start?.classes.length} classes, ${duration(seconds)}`,
    ];
  };

  const showCurves = (): void => {
    if (!terminal.interactive) return;
    for (const line of trainingCurves(past, terminal.columns(), terminal.unicode)) progress.message([line]);
  };

  return { take, showCurves, summary };
}

const stepsPerEpochOf = ({ train, options }: StartEvent): number => Math.ceil(train / options.batchSize);

/** The epochs of a resumed run that are complete, for its curves; none if its records cannot be read. */
async function earlierEpochs(start: StartEvent): Promise<readonly EpochEvent[]> {
  if (!start.resumed) return [];
  const last = Math.floor(start.resumed.step / stepsPerEpochOf(start));
  const { epochs } = await readPastRun(start.model).catch(() => ({ epochs: [] }));
  return epochs.filter(({ epoch }) => epoch <= last);
}

/** Columns of a class name in a sentence. */
const longestName = 32;

export function imagesLine({ classes, train, validation }: PlanEvent | StartEvent): string {
  const shown = classes
    .slice(0, 8)
    .map((name) => truncate(printable(name), longestName))
    .join(', ');
  const names = classes.length > 8 ? `${shown}, ...` : shown;
  return `${classes.length} classes (${names}); ${counted(train, 'training image')}, ${counted(validation, 'validation image')}`;
}

function startLines(event: StartEvent): string[] {
  const { engine, weights, options, model } = event;
  return [
    imagesLine(event),
    `${engine}; weights: ${printable(weights)}; training: ${options.trainable}`,
    `${counted(options.epochs, 'epoch')}, batch size ${options.batchSize}, ${options.optimizer}, learning rate ${options.lr}; output: ${printable(model)}`,
  ];
}
