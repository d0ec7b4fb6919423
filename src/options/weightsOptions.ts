// The actions and options of `alexft weights`.

import { classNamesOption } from './modelOptions.js';
import type { Values } from './option.js';
import { flag } from './optionKinds.js';

const weightsActions = {
  list: { words: '', help: 'list the named weights and where they are stored' },
  fetch: { words: '[NAME...]', help: 'download weights by name; default: imagenet' },
  show: { words: 'FILE[#KEY]|NAME', help: 'print the contents of a weights file or a model' },
  convert: { words: 'IN[#KEY] OUT', help: "convert to .safetensors, .pth or .pt, by OUT's extension" },
} as const;

export type WeightsAction = keyof typeof weightsActions;

/** A usage line per action. */
export const weightsForms: readonly string[] = Object.entries(weightsActions).map(
  ([action, { words, help }]) => `  ${`alexft weights ${action} ${words}`.padEnd(40)}${help}`,
);

export const weightsOptions = {
  force: flag({ flag: '--force', help: 'convert: overwrite an existing file', default: false }),
  classes: { ...classNamesOption, group: 'Options' as const, help: `convert: ${classNamesOption.help}` },
};

export type WeightsOptions = Values<typeof weightsOptions>;
