// The unpickler with all globals of PyTorch's files.

import { unpickle } from '../../../dist/weights/pickle/pickle.js';
import { torchPickle } from '../../../dist/weights/torch/torchPickle.js';
import { bytesOf, pickles } from '../../weights/pickle/pickles.js';
import { stateDictPickle } from '../../weights/torch/torchByHand.js';
import type { FuzzParser } from '../parser.js';

export const pickle: FuzzParser = {
  name: 'pickle',
  seeds: () => [
    ...[...Object.values(pickles.plain), ...pickles.torch].map(bytesOf),
    stateDictPickle([{}, { name: 'b', key: '1', kind: 'torch HalfStorage', shape: [2, 2], stride: [2, 1] }]),
  ],
  parse: (bytes) => unpickle(bytes, torchPickle('fuzz.pkl').options),
};
