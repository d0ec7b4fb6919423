// The pickle machine with all that torch's files may call for.

import { unpickle } from '../../../dist/weights/pickle/pickle.js';
import { torchGlobals } from '../../../dist/weights/torch/torchGlobals.js';
import { storageRegistry } from '../../../dist/weights/torch/torchStorages.js';
import { bytesOf, pickles } from '../../weights/pickle/pickles.js';
import { stateDictPickle } from '../../weights/torch/torchByHand.js';
import type { FuzzParser } from '../parser.js';

const file = 'fuzz.pkl';

export const pickle: FuzzParser = {
  name: 'pickle',
  seeds: () => [
    ...[...Object.values(pickles.plain), ...pickles.torch].map(bytesOf),
    stateDictPickle([{}, { name: 'b', key: '1', kind: 'torch HalfStorage', shape: [2, 2], stride: [2, 1] }]),
  ],
  parse: (bytes) =>
    unpickle(bytes, { file, ...torchGlobals(file), persistentLoad: storageRegistry(file).load }),
};
