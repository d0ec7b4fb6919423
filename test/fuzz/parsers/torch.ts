// The three forms of torch.save's files.

import type { Checkpoint } from '../../../dist/weights/safetensors/safetensors.js';
import { type ByteSource, bytesInMemory } from '../../../dist/weights/torch/byteSource.js';
import { parseTorchOld } from '../../../dist/weights/torch/torchOld.js';
import { parseTorchTar } from '../../../dist/weights/torch/torchTar.js';
import { parseTorchZip } from '../../../dist/weights/torch/torchZip.js';
import { torchZip as zipByHand } from '../../weights/torch/torchByHand.js';
import { torchFiles, unpacked } from '../../weights/torch/torchFiles.js';
import type { FuzzParser } from '../parser.js';

const parserOf = (
  name: string,
  form: string,
  parse: (source: ByteSource) => Promise<Checkpoint>,
  prepare = (file: Buffer) => file,
): FuzzParser => ({
  name,
  seeds: () =>
    Object.entries(torchFiles.readable)
      .filter(([each]) => each.startsWith(form))
      .map(([, { file }]) => prepare(unpacked(file))),
  parse: (bytes) => parse(bytesInMemory(bytes, 'fuzz.pth')),
});

const zips = parserOf('torch-zip', 'zip', parseTorchZip, withoutSums);

/** The pickles in a zip are only reached by what has no checksums in its directory. */
export const torchZip: FuzzParser = {
  ...zips,
  seeds: async () => [...(await zips.seeds()), zipByHand([{}]), withoutSums(zipByHand([{}]))],
};

export const torchOld = parserOf('torch-old', 'old', parseTorchOld);
export const torchTar = parserOf('torch-tar', 'tar', parseTorchTar);

function withoutSums(zip: Buffer): Buffer {
  const entry = Buffer.from('PK\x01\x02', 'latin1');
  for (let at = zip.indexOf(entry); at >= 0; at = zip.indexOf(entry, at + 1)) zip.writeUInt32LE(0, at + 16);
  return zip;
}
