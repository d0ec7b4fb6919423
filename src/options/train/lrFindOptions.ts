// The options of `alexft lr-find`: its own, and those of train that change the losses of the first steps.

import { engineOptions } from '../engineOptions.js';
import type { Values } from '../option.js';
import { flag, text } from '../optionKinds.js';
import { trainOptions } from './trainOptions.js';

const { data, batchSize, weights, trainable, seed, cacheLimit } = trainOptions;
const { valSplit, split, groupDuplicates, augment, grey16, maxBad, ignore } = trainOptions;
const { optimizer, momentum, weightDecay, clipNorm, classWeights, labelSmoothing } = trainOptions;

/** Options of train. */
export const sweptOptions = {
  ...{ data, batchSize },
  ...{ valSplit, split, groupDuplicates, augment, grey16, maxBad, ignore },
  ...{ optimizer, momentum, weightDecay, clipNorm, classWeights, labelSmoothing },
  ...{ weights, trainable, seed },
  ...engineOptions,
  cacheLimit,
};

export const lrFindOptions = {
  ...sweptOptions,
  out: text({
    flag: '--out',
    placeholder: '<file>',
    group: 'Output',
    help: 'write the curve to this .svg file',
    default: undefined,
  }),
  force: flag({
    flag: '--force',
    group: 'Output',
    help: 'replace an existing --out file',
    default: false,
  }),
};

export type LrFindOptions = Values<typeof lrFindOptions>;
