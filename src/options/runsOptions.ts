// The actions and options of `alexft runs`.

import { engineOptions } from './engineOptions.js';
import { batchSize } from './modelOptions.js';
import type { Values } from './option.js';
import { choice, flag, text } from './optionKinds.js';
import { reportOptions } from './reportOptions.js';

const actions = {
  '[FOLDER]': 'list the runs in a folder, by default models/',
  'diff RUN RUN': 'compare two runs: options, split, and answers for the validation images',
  'tensorboard FOLDER': 'write event files for TensorBoard into a run, or all runs in a folder',
} as const;

/** A usage line per action. */
export const runsForms: readonly string[] = Object.entries(actions).map(
  ([words, help]) => `  ${`alexft runs ${words}`.padEnd(32)}${help}`,
);

const sortFields = ['started', 'name', 'accuracy', 'loss', 'seconds'] as const;

export const listOptions = {
  sort: choice(sortFields, {
    flag: '--sort',
    group: 'Main options',
    help: 'order of the list: the newest, the first name, the highest accuracy, the lowest loss or the shortest first',
    default: 'started',
  }),
};

export const diffOptions = {
  out: text({
    flag: '--out',
    placeholder: '<file>',
    group: 'Main options',
    help: 'diff: HTML page to write, with the images whose answer changed',
    default: undefined,
  }),
  force: flag({
    flag: '--force',
    group: 'Main options',
    help: 'diff, tensorboard: replace existing files',
    default: false,
  }),
  data: { ...reportOptions.data, help: "diff: folder of the first run's images, if they have moved" },
  val: { ...reportOptions.val, help: `diff: ${reportOptions.val.help}` },
  batchSize,
  ...engineOptions,
};

export const convertOptions = { force: diffOptions.force };

export const runsOptions = { ...listOptions, ...diffOptions };

export type ListOptions = Values<typeof listOptions>;
export type DiffOptions = Values<typeof diffOptions>;
export type ConvertOptions = Values<typeof convertOptions>;
export type RunsOptions = Values<typeof runsOptions>;
