// The two formats of torch.save.

import type { Checkpoint } from '../../../dist/weights/checkpoint.js';
import { type ByteSource, bytesInMemory } from '../../../dist/weights/formats/byteSource.js';
import { parseTorchOld } from '../../../dist/weights/torch/torchOld.js';
import { parseTorchZip } from '../../../dist/weights/torch/torchZip.js';
import { torchZip as zipByHand } from '../../weights/torch/torchByHand.js';
import { torchFiles, unpacked } from '../../weights/torch/torchFiles.js';
import type { FuzzParser } from '../parser.js';

const parserOf = (
  name: string,
  format: string,
  parse: (source: ByteSource) => Promise<Checkpoint>,
  prepare = (file: Buffer) => file,
): FuzzParser => ({
  name,
  seeds: () =>
    Object.entries(torchFiles.readable)
      .filter(([each]) => each.startsWith(format))
      .map(([, { file }]) => prepare(unpacked(file))),
  parse: (bytes) => parse(bytesInMemory(bytes, 'fuzz.pth')),
});

const zips = parserOf('torch-zip', 'zip', parseTorchZip, withoutChecksums);

/** With checksums, mutated pickles would be rejected before they are parsed. */
export const torchZip: FuzzParser = {
  ...zips,
  seeds: async () => [...(await zips.seeds()), zipByHand([{}]), withoutChecksums(zipByHand([{}]))],
};

export const torchOld = parserOf('torch-old', 'old', parseTorchOld);

function withoutChecksums(zip: Buffer): Buffer {
  const entry = Buffer.from('PK\x01\x02', 'latin1');
  for (let at = zip.indexOf(entry); at >= 0; at = zip.indexOf(entry, at + 1)) zip.writeUInt32LE(0, at + 16);
  return zip;
}
