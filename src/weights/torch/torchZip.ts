// What torch.save writes since 1.6: a zip, with the pickle in NAME/data.pkl and each storage in NAME/data/KEY.
// Source: torch/serialization.py, `_load`.

import { dataError, printable } from '../../core/errors.js';
import { longestPickle, unpickle } from '../pickle/pickle.js';
import type { Checkpoint } from '../safetensors/safetensors.js';
import { damaged, openZip, readMember, type ZipMembers } from '../zip/zipMembers.js';
import type { ByteSource } from './byteSource.js';
import { readValues } from './storageValues.js';
import { torchGlobals } from './torchGlobals.js';
import { longestMetadata, metadataEntry, unpackMetadata } from './torchMetadata.js';
import { readStateDict } from './torchStateDict.js';
import { storageRegistry } from './torchStorages.js';
import { widthOf } from './torchTensor.js';

/**
 * Reads the state dict in a file of torch.save (1.6 or newer), in either order of bytes. Stored members are read straight
 * into the tensors' memory. Throws a data error (exit 3) on anything that is damaged, unknown or not allowed.
 */
export async function parseTorchZip(source: ByteSource): Promise<Checkpoint> {
  const members = await openZip(source);
  const folder = folderOf(members);
  const pickle = await readWhole(members, `${folder}/data.pkl`, longestPickle);
  const order = members.entries.has(`${folder}/byteorder`)
    ? Buffer.from(await readWhole(members, `${folder}/byteorder`, 16)).toString('latin1')
    : 'little';
  if (order !== 'little' && order !== 'big') {
    throw damaged(source, `its order of bytes is '${printable(order)}', expected little or big`);
  }
  const { name: file } = source;
  const storages = storageRegistry(file);
  // ('storage', kind, key, location, values)
  const root = unpickle(pickle, { file, ...torchGlobals(file), persistentLoad: storages.load });
  const checkpoint = await readStateDict(root, source, async ({ key, type, count }, floatType) => {
    const bytes = count * widthOf(type);
    return await readMember(members, `${folder}/data/${key}`, bytes, (readNext) =>
      readValues(floatType, count, readNext, order === 'big'),
    );
  });
  return { ...checkpoint, metadata: await readMetadata(members, folder) };
}

/** What alexft has put beside the tensors; nothing in other files. */
async function readMetadata(members: ZipMembers, folder: string): Promise<Record<string, string>> {
  const name = `${folder}/${metadataEntry}`;
  if (!members.entries.has(name)) return {};
  const metadata = unpackMetadata(await readWhole(members, name, longestMetadata));
  if (metadata) return metadata;
  throw damaged(members.source, `its member '${printable(name.slice(0, 100))}' is not an object of strings`);
}

/** The folder in the zip that has everything in it. torch names it after the file. */
function folderOf({ source, entries }: ZipMembers): string {
  const names = [...entries.keys()];
  if (names.some((name) => /^[^/]+\/constants\.pkl$/.test(name))) {
    throw dataError(
      `'${printable(source.name)}' is a TorchScript module, a program and not only weights.`,
      'Save its state dict: torch.save(torch.jit.load(FILE).state_dict(), "weights.pth")',
    );
  }
  const pickles = names.filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickles.length === 1) return pickles[0]!.slice(0, -'/data.pkl'.length);
  throw dataError(
    `'${printable(source.name)}' is a zip, but not one of torch.save: it has ${pickles.length} members NAME/data.pkl, expected 1.`,
    'Name a file of torch.save or safetensors.',
  );
}

async function readWhole(members: ZipMembers, name: string, most: number): Promise<Uint8Array> {
  const bytes = members.entries.get(name)!.uncompressedSize;
  if (bytes > most) {
    throw damaged(
      members.source,
      `its member '${printable(name.slice(0, 100))}' has ${bytes} bytes, and the most is ${most}`,
    );
  }
  return await readMember(members, name, bytes, async (readNext) => {
    const whole = new Uint8Array(bytes);
    await readNext(whole);
    return whole;
  });
}
