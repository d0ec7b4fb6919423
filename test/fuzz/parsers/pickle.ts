// The unpickler with PyTorch's globals, and the search for a network in what it returns.

import { bytesInMemory } from '../../../dist/weights/formats/byteSource.js';
import { openZip, readEntry } from '../../../dist/weights/formats/zipReader.js';
import { unpickle } from '../../../dist/weights/pickle/pickle.js';
import { selectTensors } from '../../../dist/weights/selectTensors.js';
import { findStateDicts } from '../../../dist/weights/torch/findStateDicts.js';
import { torchPickle } from '../../../dist/weights/torch/torchPickle.js';
import { bytesOf, pickles } from '../../weights/pickle/pickles.js';
import { stateDictPickle } from '../../weights/torch/torchByHand.js';
import { torchFiles, unpacked } from '../../weights/torch/torchFiles.js';
import type { FuzzParser } from '../parser.js';

export const pickle: FuzzParser = {
  name: 'pickle',
  seeds: async () => [
    ...[...Object.values(pickles.plain), ...pickles.torch].map(bytesOf),
    ...(await pickleEntries()),
    stateDictPickle([{}, { name: 'b', key: '1', kind: 'torch HalfStorage', shape: [2, 2], stride: [2, 1] }]),
  ],
  parse: (bytes) => {
    const root = unpickle(bytes, torchPickle('fuzz.pkl').options);
    const groups = findStateDicts(root, 'fuzz.pkl');
    return groups.length > 0 && selectTensors(groups, 'fuzz.pkl', undefined);
  },
};

/** data.pkl of the PyTorch files with objects, modules and several networks. */
async function pickleEntries(): Promise<Buffer[]> {
  const names = ['a whole AlexNet', 'beside objects', 'beside objects, protocol 4', 'averaged', 'a trainer'];
  return await Promise.all(
    names.map(async (name) => {
      const zip = await openZip(bytesInMemory(unpacked(torchFiles.readable[`zip: ${name}`]!.file), name));
      const [entry] = [...zip.entries].find(([path]) => path.endsWith('/data.pkl'))!;
      const bytes = zip.entries.get(entry)!.uncompressedSize;
      return await readEntry(zip, entry, bytes, async (readNext) => {
        const contents = Buffer.alloc(bytes);
        await readNext(contents);
        return contents;
      });
    }),
  );
}
