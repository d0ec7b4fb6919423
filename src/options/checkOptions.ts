// The options of `alexft check`.

import { engineOptions } from './engineOptions.js';
import { predictOptions } from './modelOptions.js';
import type { Values } from './option.js';
import { flag, text } from './optionKinds.js';
import { ignoreOption } from './train/dataOptions.js';
import { trainOptions } from './train/trainOptions.js';

export const checkOptions = {
  data: trainOptions.data,
  shard: {
    ...predictOptions.shard,
    help: 'check part I of N of the images, for N machines; auto in a Slurm job array, auto/N in a Kubernetes indexed job',
  },
  list: text({
    flag: '--list',
    placeholder: '<file>',
    group: 'Main options',
    help: 'write the paths of unusable files that may be images to this file, one per line; with --labels those of suspicious images',
    default: undefined,
  }),
  list0: text({
    flag: '--list0',
    placeholder: '<file>',
    group: 'Main options',
    help: 'like --list, but NUL-separated for xargs -0, for paths that contain line breaks',
    default: undefined,
  }),
  labels: flag({
    flag: '--labels',
    group: 'Main options',
    help: 'find images whose folder is probably wrong, by cross-validation on ImageNet features',
    default: false,
  }),
  out: text({
    flag: '--out',
    placeholder: '<file>',
    group: 'Main options',
    help: 'with --labels: write a page with the suspicious images to this .html file',
    default: undefined,
  }),
  force: flag({
    flag: '--force',
    group: 'Main options',
    help: 'replace an existing --out file',
    default: false,
  }),
  // The split that `alexft train` makes with the same options.
  valSplit: trainOptions.valSplit,
  split: { ...trainOptions.split, defaultText: 'stratified' },
  groupDuplicates: trainOptions.groupDuplicates,
  seed: { ...trainOptions.seed, group: 'Data', help: 'seed of the split' },
  maxBad: { ...trainOptions.maxBad, defaultText: '0.1' },
  ignore: ignoreOption,
  ...engineOptions,
} as const;

export type CheckOptions = Values<typeof checkOptions>;
