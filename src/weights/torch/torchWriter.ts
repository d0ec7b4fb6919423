// A state dict as torch.save writes it: a zip with a pickle that describes the tensors, and each tensor's bytes. What
// torch.load(weights_only=True) takes, and nothing else is in the pickle.
// Source: torch/serialization.py (_save), torch/_tensor.py (__reduce_ex__), torch/_utils.py (_rebuild_tensor_v2).

import { open } from 'node:fs/promises';
import { writeAtomically } from '../../io/atomic.js';
import { type StateDict, sizeOf } from '../../model/stateDict.js';
import { writeZip } from '../zip/zipWriter.js';
import { metadataEntry, packMetadata } from './torchMetadata.js';

/** The folder that all of the zip's entries are in. */
const root = 'archive';

/**
 * Writes a .pth file, whole or not at all, in float32. Beside the tensors next to no memory is needed. Throws a data
 * error (exit 3) where it would pass 4 GiB, and the system's error where the file can't be written.
 */
export async function writeTorch(
  path: string,
  tensors: StateDict,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const values = [...tensors.values()].map(({ data }, index) => ({
    name: `data/${index}`,
    bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  }));
  const entries = [
    { name: 'data.pkl', bytes: pickleOf(tensors) },
    { name: 'byteorder', bytes: Buffer.from('little') },
    ...values,
    { name: 'version', bytes: Buffer.from('3\n') },
    { name: metadataEntry, bytes: packMetadata(metadata) },
  ].map(({ name, bytes }) => ({ name: `${root}/${name}`, bytes }));
  await writeAtomically(path, async (temporary) => {
    const handle = await open(temporary, 'wx');
    await writeZip(handle, entries).finally(() => handle.close());
  });
}

/** Opcodes of pickle's protocol 2. Source: Lib/pickle.py. */
const op = {
  protocol2: Buffer.of(0x80, 2),
  mark: Buffer.from('('),
  emptyTuple: Buffer.from(')'),
  tuple: Buffer.from('t'),
  reduce: Buffer.from('R'),
  persistentId: Buffer.from('Q'),
  setItems: Buffer.from('u'),
  false: Buffer.of(0x89),
  stop: Buffer.from('.'),
} as const;

/** OrderedDict((name, tensor), ...), where each tensor is put together from a storage, `data/0` and so on. */
function pickleOf(tensors: StateDict): Buffer {
  const orderedDict = [global('collections', 'OrderedDict'), op.emptyTuple, op.reduce];
  const items = [...tensors].flatMap(([name, { shape, data }], index) => {
    if (data.length !== sizeOf(shape)) {
      throw new Error(`The tensor '${name}' with ${data.length} values can't be written as [${shape}]`);
    }
    const storage = [text('storage'), global('torch', 'FloatStorage'), text(`${index}`), text('cpu')];
    return [
      text(name),
      global('torch._utils', '_rebuild_tensor_v2'),
      ...tuple([
        ...tuple([...storage, integer(data.length)]),
        op.persistentId,
        integer(0), // where in its storage it begins
        ...tuple(shape.map(integer)),
        ...tuple(stridesOf(shape).map(integer)),
        op.false, // requires_grad
        ...orderedDict, // backward hooks: none
      ]),
      op.reduce,
    ];
  });
  return Buffer.concat([op.protocol2, ...orderedDict, op.mark, ...items, op.setItems, op.stop]);
}

/** In values, as PyTorch has them for a contiguous tensor: an empty dimension counts as one of 1. */
function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, at) => shape.slice(at + 1).reduce((product, n) => product * Math.max(n, 1), 1));
}

const tuple = (parts: readonly Buffer[]): Buffer[] => [op.mark, ...parts, op.tuple];

const global = (module: string, name: string): Buffer => Buffer.from(`c${module}\n${name}\n`);

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const head = Buffer.from('X0000');
  head.writeUInt32LE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** A whole number from 0 up: of one byte, of four with a sign, or of eight. */
function integer(value: number): Buffer {
  if (value < 0x100) return Buffer.of(0x4b, value);
  const bytes = Buffer.alloc(10);
  if (value < 0x80000000) {
    bytes.write('J');
    bytes.writeInt32LE(value, 1);
    return bytes.subarray(0, 5);
  }
  bytes.writeUInt16LE(0x088a);
  bytes.writeBigInt64LE(BigInt(value), 2);
  return bytes;
}
