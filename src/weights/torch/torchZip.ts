// The format of torch.save since 1.6: a zip with the pickle in NAME/data.pkl and each storage in NAME/data/KEY.
// Source: torch/serialization.py, `_load`.

import { dataError, printable, quoted } from '../../core/errors.js';
import type { Checkpoint } from '../checkpoint.js';
import { foreignZip } from '../foreignFormats.js';
import { type ByteSource, damaged } from '../formats/byteSource.js';
import { readValues } from '../formats/floatValues.js';
import { maxHeaderBytes } from '../formats/safetensorsHeader.js';
import { openZip, readEntry, type Zip } from '../formats/zipReader.js';
import { maxPickleBytes, unpickle } from '../pickle/pickle.js';
import { torchPickle } from './torchPickle.js';
import { readStateDict } from './torchStateDict.js';
import { widthOf } from './torchTensor.js';
import { metadataEntry } from './torchWriter.js';

/**
 * Reads the state dict in a file of PyTorch 1.6 or later, in either byte order. Throws a data error (exit 3) for
 * anything damaged, unknown or not allowed.
 */
export async function parseTorchZip(source: ByteSource, key?: string): Promise<Checkpoint> {
  const zip = await openZip(source);
  const folder = findFolder(zip);
  const pickle = await readWhole(zip, `${folder}/data.pkl`, maxPickleBytes);
  const order = zip.entries.has(`${folder}/byteorder`)
    ? Buffer.from(await readWhole(zip, `${folder}/byteorder`, 16)).toString('latin1')
    : 'little';
  if (order !== 'little' && order !== 'big') {
    throw damaged(source, `its byte order is '${printable(order)}', expected little or big`);
  }
  const root = unpickle(pickle, torchPickle(source.name).options);
  const checkpoint = await readStateDict(root, source, key, async ({ key, type, count }, floatType) => {
    const bytes = count * widthOf(type);
    return await readEntry(zip, `${folder}/data/${key}`, bytes, (readNext) =>
      readValues(floatType, count, readNext, order === 'big'),
    );
  });
  return { ...checkpoint, metadata: await readMetadata(zip, folder) };
}

/** The metadata that alexft adds (torchWriter.ts). Empty for files of other programs. */
async function readMetadata(zip: Zip, folder: string): Promise<Record<string, string>> {
  const name = `${folder}/${metadataEntry}`;
  if (!zip.entries.has(name)) return {};
  const metadata = parseMetadata(await readWhole(zip, name, maxHeaderBytes)); // the limit of a safetensors file
  if (metadata) return metadata;
  throw damaged(zip.source, `entry ${quoted(name)} is not an object of strings`);
}

function parseMetadata(bytes: Uint8Array): Record<string, string> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const areStrings = Object.values(value).every((each) => typeof each === 'string');
    return areStrings ? (value as Record<string, string>) : undefined;
  } catch {
    return undefined;
  }
}

/** The root folder in the zip, which PyTorch names after the file. */
function findFolder({ source, entries }: Zip): string {
  const names = [...entries.keys()];
  if (names.some((name) => /^[^/]+\/constants\.pkl$/.test(name))) {
    throw dataError(
      `Expected weights in '${printable(source.name)}' but found a TorchScript module, which is a program.`,
      'Save its state dict: torch.save(torch.jit.load(FILE).state_dict(), "weights.pth")',
    );
  }
  const pickles = names.filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickles.length === 1) return pickles[0]!.slice(0, -'/data.pkl'.length);
  const foreign = foreignZip(names);
  if (foreign) {
    throw dataError(
      `Expected weights in '${printable(source.name)}' but found ${foreign}.`,
      'Specify a file of torch.save or a safetensors file.',
    );
  }
  throw dataError(
    `'${printable(source.name)}' is a zip but not a PyTorch file: expected one entry NAME/data.pkl, found ${pickles.length}.`,
    'Specify a file of torch.save or a safetensors file.',
  );
}

async function readWhole(zip: Zip, name: string, maxBytes: number): Promise<Uint8Array> {
  const bytes = zip.entries.get(name)!.uncompressedSize;
  if (bytes > maxBytes) {
    throw damaged(zip.source, `entry ${quoted(name)} has ${bytes} bytes, expected at most ${maxBytes}`);
  }
  return await readEntry(zip, name, bytes, async (readNext) => {
    const whole = new Uint8Array(bytes);
    await readNext(whole);
    return whole;
  });
}
