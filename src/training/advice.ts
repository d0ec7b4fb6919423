// Advice on a training whose epochs show a plain pattern. The rules are data: what they recognize, and what to change.

import type { TrainConfig } from './config.js';
import type { EpochEvent } from './events.js';

/** A training up to now. */
export interface Observed {
  readonly options: TrainConfig;
  readonly classes: number;
  /** Validation images. */
  readonly validation: number;
  /** One or more, in their order. */
  readonly epochs: readonly EpochEvent[];
}

interface Rule {
  readonly name: string;
  /** One advice is given on a topic. Default: the name. */
  readonly topic?: string;
  readonly applies: (observed: Observed & { readonly last: EpochEvent }) => boolean;
  readonly sentence: (observed: Observed & { readonly last: EpochEvent }) => string;
  /** The options of a training to try instead. */
  readonly change?: (options: TrainConfig) => Partial<TrainConfig>;
  /** Whether lr-find should choose the learning rate. */
  readonly sweep?: boolean;
}

export interface Advice {
  readonly name: string;
  readonly topic: string;
  readonly sentence: string;
  readonly change?: Partial<TrainConfig>;
  readonly sweep?: boolean;
}

/** The loss of equal probabilities for all classes. */
const chance = (classes: number): number => Math.log(classes);

const lowestOf = (epochs: readonly EpochEvent[]): EpochEvent =>
  epochs.reduce((low, each) => ((each.valLoss ?? Infinity) < (low.valLoss ?? Infinity) ? each : low));

const smaller = ({ lr }: TrainConfig) => ({ lr: Number((lr / 10).toPrecision(3)) });

/** In order of urgency: the first one that applies is given. */
export const rules: readonly Rule[] = [
  {
    name: 'learning rate too high',
    topic: 'learning rate',
    applies: ({ epochs, classes, last }) =>
      last.loss > 2 * chance(classes) ||
      (last.loss > chance(classes) && last.loss > 1.5 * Math.min(...epochs.map(({ loss }) => loss))),
    sentence: ({ last }) =>
      `The training loss (${last.loss.toFixed(2)}) is high or rising: the learning rate is probably too high.`,
    change: smaller,
  },
  {
    name: 'constant class',
    topic: 'learning rate',
    // Where all are right, they are of one class.
    applies: ({ epochs, last }) => epochs.length >= 2 && last.predicted === 1 && last.valAccuracy! < 1,
    sentence: () =>
      'The model predicts the same class for every validation image: the learning rate is probably wrong.',
    sweep: true,
  },
  {
    name: 'loss does not fall',
    topic: 'learning rate',
    applies: ({ epochs, classes, last }) =>
      epochs.length >= 3 &&
      last.loss > 0.95 * epochs[0]!.loss &&
      Math.abs(last.loss / chance(classes) - 1) < 0.2,
    sentence: () => 'The training loss does not fall: the learning rate is probably wrong.',
    sweep: true,
  },
  {
    name: 'overfitting',
    applies: ({ epochs, options, last }) => {
      const lowest = lowestOf(epochs);
      const isLater = last.epoch - lowest.epoch >= 3;
      return (
        options.earlyStop === 0 &&
        isLater &&
        last.valLoss! > 1.05 * lowest.valLoss! &&
        last.loss < lowest.loss
      );
    },
    sentence: ({ epochs }) =>
      `The validation loss rises since epoch ${lowestOf(epochs).epoch} while the training loss falls: the model overfits.`,
    change: ({ optimizer }) => ({
      earlyStop: 3,
      weightDecay: 0.01,
      optimizer: optimizer === 'adam' ? 'adamw' : optimizer,
    }),
  },
  {
    name: 'imbalance',
    // With few validation images, some class is often missing among them.
    applies: ({ epochs, options, classes, validation, last: { predicted = classes } }) =>
      epochs.length >= 2 &&
      options.classWeights === 'none' &&
      validation >= 10 * classes &&
      predicted > 1 &&
      predicted < classes,
    sentence: ({ classes, last }) =>
      `The model predicts only ${last.predicted} of ${classes} classes: the others may have too few images.`,
    change: () => ({ classWeights: 'balanced' }),
  },
  {
    name: 'dropout',
    applies: ({ epochs }) =>
      epochs.length >= 2 &&
      epochs.slice(-2).every(({ accuracy, valAccuracy = 0 }) => valAccuracy >= accuracy + 0.01),
    sentence: () =>
      'The validation accuracy is above the training accuracy, as expected here: training is measured with dropout, ' +
      'and during the epoch.',
  },
];

/** The first advice whose topic is not in `given`; undefined where nothing is plain. */
export function adviceOn(observed: Observed, given: ReadonlySet<string>): Advice | undefined {
  const last = observed.epochs.at(-1)!;
  const topicOf = ({ name, topic = name }: Rule) => topic;
  const rule = rules.find((each) => !given.has(topicOf(each)) && each.applies({ ...observed, last }));
  if (!rule) return undefined;
  const { name, change, sweep } = rule;
  const sentence = rule.sentence({ ...observed, last });
  return {
    name,
    topic: topicOf(rule),
    sentence,
    ...(change && { change: change(observed.options) }),
    ...(sweep && { sweep }),
  };
}
