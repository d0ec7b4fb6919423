// The options of `alexft check`.

import { engineOptions } from './engineOptions.js';
import { text, type Values } from './option.js';
import { trainOptions } from './trainOptions.js';

export const checkOptions = {
  data: trainOptions.data,
  list: text({
    flag: '--list',
    placeholder: '<file>',
    help: "write the files that can't be used although they may be meant as images, one path a line",
    default: undefined,
  }),
  list0: text({
    flag: '--list0',
    placeholder: '<file>',
    help: 'the same with a NUL after each path, for xargs -0: right for names with line breaks too',
    default: undefined,
  }),
  // The split that a training with these would draw.
  valSplit: trainOptions.valSplit,
  split: { ...trainOptions.split, defaultText: 'stratified' },
  seed: trainOptions.seed,
  maxBad: { ...trainOptions.maxBad, defaultText: '0.1' },
  workers: engineOptions.workers,
};

export type CheckOptions = Values<typeof checkOptions>;
