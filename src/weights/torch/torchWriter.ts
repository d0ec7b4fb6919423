// Writes a state dict like torch.save: a zip with a pickle that describes the tensors, and the bytes of each tensor.
// torch.load(weights_only=True) accepts it.
// Source: torch/serialization.py (_save), torch/_tensor.py (__reduce_ex__), torch/_utils.py (_rebuild_tensor_v2).

import { open } from 'node:fs/promises';
import { writeAtomically } from '../../io/atomic.js';
import { type StateDict, sizeOf } from '../../model/stateDict.js';
import { writeZip } from '../formats/zipWriter.js';

/** The root folder of the zip. */
const root = 'archive';

/**
 * The entry for alexft's metadata (classes, preprocessing, ..) next to data.pkl: JSON, an object of strings. A state
 * dict can't hold it; torch.load reads entries by name and ignores it.
 */
export const metadataEntry = 'alexft.json';

/**
 * Writes a .pth file in float32, atomically. Throws a data error (exit 3) if it would exceed 4 GiB, and the system
 * error if the file can't be written.
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
    { name: 'data.pkl', bytes: pickleStateDict(tensors) },
    { name: 'byteorder', bytes: Buffer.from('little') },
    ...values,
    { name: 'version', bytes: Buffer.from('3\n') },
    { name: metadataEntry, bytes: Buffer.from(JSON.stringify(metadata)) },
  ].map(({ name, bytes }) => ({ name: `${root}/${name}`, bytes }));
  await writeAtomically(path, async (temporary) => {
    const handle = await open(temporary, 'wx');
    await writeZip(handle, entries).finally(() => handle.close());
  });
}

/** Opcodes of pickle protocol 2. Source: Lib/pickle.py. */
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

/** OrderedDict((name, tensor), ...), with each tensor in a storage of its own: `data/0` and so on. */
function pickleStateDict(tensors: StateDict): Buffer {
  const orderedDict = [global('collections', 'OrderedDict'), op.emptyTuple, op.reduce];
  const items = [...tensors].flatMap(([name, { shape, data }], index) => {
    if (data.length !== sizeOf(shape)) {
      throw new Error(
        `Expected ${sizeOf(shape)} values for '${name}' [${shape}] but received ${data.length}`,
      );
    }
    const storage = [text('storage'), global('torch', 'FloatStorage'), text(`${index}`), text('cpu')];
    return [
      text(name),
      global('torch._utils', '_rebuild_tensor_v2'),
      ...tuple([
        ...tuple([...storage, integer(data.length)]),
        op.persistentId,
        integer(0), // storage offset
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

/** The strides of a contiguous tensor in PyTorch, in values: an empty dimension counts as 1. */
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

/** A non-negative integer: BININT1, BININT or LONG1. */
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
