// The options of `alexft weights`.

import { classNamesOption } from './modelOptions.js';
import { flag, type Values } from './option.js';

/** The actions, with their arguments. */
const weightsActions = {
  list: { words: '', help: 'named weights, and where they are' },
  fetch: { words: '[NAME...]', help: 'fetch named weights; default: imagenet' },
  show: { words: 'FILE[#KEY]|NAME', help: 'the tensors of a file, a model, or named weights' },
  convert: { words: 'IN[#KEY] OUT', help: 'to .safetensors, .pth or .pt, by the extension of OUT' },
} as const;

export type WeightsAction = keyof typeof weightsActions;

/** One line of help for each action. */
export const weightsForms: readonly string[] = Object.entries(weightsActions).map(
  ([action, { words, help }]) => `  ${`alexft weights ${action} ${words}`.padEnd(40)}${help}`,
);

export const weightsOptions = {
  force: flag({ flag: '--force', help: 'convert: replace an existing file', default: false }),
  classes: { ...classNamesOption, help: `convert: ${classNamesOption.help}` },
};

export type WeightsOptions = Values<typeof weightsOptions>;
