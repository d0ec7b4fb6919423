// The pickle machine with all that torch's files may call for.

import { unpickle } from '../../../dist/model/weights/pickle.js';
import { torchGlobals } from '../../../dist/model/weights/torchGlobals.js';
import { storageRegistry } from '../../../dist/model/weights/torchStorages.js';
import { bytesOf, pickles } from '../../model/weights/pickles.js';
import { stateDictPickle } from '../../model/weights/torchByHand.js';
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
