// The command that looks after weights files: what it can do, and its options.

import { flag, type Values } from './option.js';

/** What it can do, with the words that are given to it. */
const weightsActions = {
  list: { words: '', help: 'the weights with a name, and where they are' },
  fetch: { words: '[NAME...]', help: 'fetch some by name; without one, imagenet' },
  show: { words: 'FILE|NAME', help: 'what is in a weights file or a model' },
  convert: { words: 'IN OUT', help: 'to .safetensors, .pth or .pt, as OUT ends' },
} as const;

export type WeightsAction = keyof typeof weightsActions;

/** A line for each, as it is typed. */
export const weightsForms: readonly string[] = Object.entries(weightsActions).map(
  ([action, { words, help }]) => `  ${`alexft weights ${action} ${words}`.padEnd(32)}${help}`,
);

export const weightsOptions = {
  force: flag({ flag: '--force', help: 'convert: replace the file that is there already', default: false }),
};

export type WeightsOptions = Values<typeof weightsOptions>;
