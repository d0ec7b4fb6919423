// Files of torch.save that are damaged or made to do harm: each is refused in a sentence, soon, and in little memory.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCheckpoint } from '../../../dist/weights/readWeights.js';
import { bytesInMemory } from '../../../dist/weights/torch/byteSource.js';
import { type Described, fourValues, type Member, stateDictPickle, torchZip, zip } from './torchByHand.js';
import { torchFiles, unpacked } from './torchFiles.js';

const parse = (bytes: Uint8Array) => parseCheckpoint(bytesInMemory(bytes, 'weights.pth'));

const refused = (bytes: Buffer, message: RegExp) =>
  assert.rejects(parse(bytes), { name: 'UserError', exitCode: 3, message });

test('what the tests write by hand is read where nothing is wrong with it', async () => {
  const { tensors } = await parse(torchZip([{}]));
  assert.deepEqual([...tensors], [['a', { shape: [4], data: Float32Array.of(1, 2, 3, 4) }]]);
});

const views: [what: string, tensors: Described[], message: RegExp][] = [
  ['a size beyond the storage', [{ shape: [5] }], /a tensor that reaches to value 4 of a storage of 4/],
  ['an offset beyond it', [{ offset: 1 }], /a tensor that reaches to value 4 of a storage of 4/],
  ['strides beyond it', [{ shape: [2, 2], stride: [3, 1] }], /reaches to value 4 of a storage of 4/],
  ['a negative size', [{ shape: [-1] }], /a tensor whose size, strides and offset are not whole numbers/],
  ['a negative stride', [{ stride: [-1] }], /a tensor whose size, strides and offset are not whole numbers/],
  ['a negative offset', [{ offset: -1 }], /a tensor whose size, strides and offset are not whole numbers/],
  ['fewer strides than sizes', [{ shape: [2, 2] }], /a tensor whose size, strides and offset are not/],
  [
    'sizes past counting',
    [{ shape: [2 ** 40, 2 ** 40], stride: [0, 0] }],
    /a tensor of the size \[1099511627776, /,
  ],
  ['very many dimensions', [{ shape: Array(65).fill(1), stride: Array(65).fill(0) }], /a tensor whose size/],
  [
    'expanded without end',
    [{ shape: [2 ** 20, 2 ** 20], stride: [0, 0] }],
    /its tensors would take 4398046511120 in memory: more than the \d+ that are allowed/,
  ],
  [
    'thousands of names, each of them expanded',
    Array.from({ length: 5000 }, (_, i) => ({ name: `t${i}`, shape: [100_000], stride: [0] })),
    /its tensors would take 2000000016 in memory/,
  ],
  [
    'a storage of two types',
    [{}, { name: 'b', kind: 'torch DoubleStorage' }],
    /a storage of two types or sizes/,
  ],
  ['a storage of two sizes', [{}, { name: 'b', count: 2 }], /a storage of two types or sizes/],
  ['a negative storage', [{ count: -4 }], /a reference to something other than a storage/],
  ['a storage of an unknown type', [{ kind: 'torch QInt8Storage' }], /it calls for 'torch\.QInt8Storage'/],
  ['a storage of no type', [{ kind: 'torch Size' }], /a reference to something other than a storage/],
  ['a storage larger than its bytes', [{ count: 5 }], /'archive\/data\/0' has 16 bytes, expected 20/],
  ['a storage larger than memory', [{ count: 2 ** 50 }], /its tensors would take 4503599627370512 in memory/],
  ['a storage that is not there', [{ key: '1' }], /it has no member 'archive\/data\/1'/],
  [
    'a key that is a path',
    [{ key: '../../etc/passwd' }],
    /it has no member 'archive\/data\/\.\.\/\.\.\/etc\/passwd'/,
  ],
];
for (const [what, tensors, message] of views) test(what, () => refused(torchZip(tensors), message));

const pickle = 'archive/data.pkl';
const storage = 'archive/data/0';
const gigabyte = deflatedZeros(2 ** 20); // claims, not is

function deflatedZeros(bytes: number): Member {
  return { name: pickle, contents: Buffer.alloc(bytes), deflate: true };
}

const members: [what: string, others: Member[], message: RegExp][] = [
  [
    'a wrong checksum',
    [{ name: storage, contents: fourValues, crc: 1 }],
    /'archive\/data\/0' has another checksum/,
  ],
  [
    'one checksum of 0',
    [{ name: storage, contents: fourValues, crc: 0 }],
    /has another checksum than was written/,
  ],
  [
    'a pickle that claims gigabytes',
    [{ ...gigabyte, size: 2 ** 32 - 2 }],
    /has 4294967294 bytes, and the most is/,
  ],
  [
    'a pickle that unpacks to more than it claims',
    [{ ...deflatedZeros(2 ** 20), size: 1000 }],
    /'archive\/data\.pkl' can't be unpacked: it is longer than it claims/,
  ],
  [
    'a storage that unpacks to more than it claims',
    [{ name: storage, contents: Buffer.alloc(2 ** 24), deflate: true, size: 16 }],
    /can't be unpacked: it is longer than it claims/,
  ],
  [
    'a storage that unpacks to less',
    [{ name: storage, contents: Buffer.alloc(8), deflate: true, size: 16 }],
    /can't be unpacked: it is shorter than it claims/,
  ],
  [
    'a storage that is not deflated and says so',
    [{ name: storage, contents: fourValues, method: 8 }],
    /'archive\/data\/0' can't be unpacked: /,
  ],
  ['an unknown method', [{ name: storage, contents: fourValues, method: 99 }], /is packed by method 99/],
  [
    'encrypted',
    [{ name: storage, contents: fourValues, flags: 1 }],
    /compressed\/uncompressed size mismatch/,
  ],
  [
    'a size beyond the file',
    [{ name: storage, contents: fourValues, size: 1e6, packedSize: 1e6 }],
    /has 1000000 bytes/,
  ],
  [
    'a member twice',
    [
      { name: 'x', contents: fourValues },
      { name: 'x', contents: fourValues },
    ],
    /it has 'x' twice/,
  ],
  ['a name that leads out', [{ name: '../x', contents: fourValues }], /invalid relative path: \.\.\/x/],
  ['an absolute name', [{ name: '/etc/x', contents: fourValues }], /absolute path: \/etc\/x/],
  [
    'an unknown order of bytes',
    [{ name: 'archive/byteorder', contents: Buffer.from('odd') }],
    /'odd', expected little/,
  ],
  [
    'two pickles',
    [{ name: 'other/data.pkl', contents: fourValues }],
    /it has 2 members NAME\/data\.pkl, expected 1/,
  ],
  ['TorchScript', [{ name: 'archive/constants.pkl', contents: fourValues }], /is a TorchScript module/],
  [
    'a place outside the file',
    [{ name: storage, contents: fourValues, shift: 1e6 }],
    /can't be found: it ends too early/,
  ],
  [
    'a place that is none',
    [{ name: storage, contents: fourValues, shift: 1 }],
    /can't be found: invalid local file header/,
  ],
];
for (const [what, others, message] of members) test(what, () => refused(torchZip([{}], others), message));

test('two storages over the same bytes, whole or in part', async () => {
  const two = [{}, { name: 'b', key: '1' }];
  await refused(
    torchZip(two, [{ name: 'archive/data/1', contents: fourValues, over: 'archive/data/0' }]),
    /its member 'archive\/data\/1' lies over another/,
  );
  // Storage 1 is a member within the bytes of storage 0.
  const inner = zip([{ name: 'archive/data/1', contents: fourValues }]).subarray(0, 60);
  await refused(
    torchZip(
      [
        { count: 15, shape: [15] },
        { name: 'b', key: '1' },
      ],
      [
        { name: 'archive/data/0', contents: inner },
        { name: 'archive/data/1', contents: fourValues, over: 'archive/data/0', shift: 44 },
      ],
    ),
    /its member 'archive\/data\/0' lies over another/,
  );
});

test('a zip without a pickle, and one that claims more members than it has', async () => {
  await refused(
    zip([{ name: 'a', contents: fourValues }]),
    /is a zip, but not one of torch\.save: it has 0 members/,
  );
  await refused(zip([{ name: 'a', contents: fourValues }], 60_000), /is a damaged file of torch\.save: /);
});

test('thousands of members are looked through in a moment', async () => {
  const many = Array.from({ length: 20_000 }, (_, i) => ({
    name: `archive/data/x${i}`,
    contents: fourValues,
  }));
  const start = performance.now();
  await parse(torchZip([{}], many));
  assert.ok(performance.now() - start < 10_000);
});

test('a storage that is all zeros may unpack to so much, and no more', async () => {
  const zeros = (values: number) =>
    torchZip(
      [{ count: values, shape: [values] }],
      [{ name: storage, contents: Buffer.alloc(4 * values), deflate: true }],
    );
  assert.equal((await parse(zeros(100_000))).tensors.get('a')!.data.length, 100_000);
  await refused(
    zeros(1_000_000),
    /its tensors would take 8000000 in memory: more than the \d+ that are allowed/,
  );
});

test('no memory grows from a pickle of a million empty dicts', async () => {
  const before = process.memoryUsage().rss;
  const dicts = Buffer.concat([Buffer.from(']'), Buffer.alloc(6_000_000, '}a'), Buffer.from('.')]);
  await refused(torchZip([{}], [{ name: pickle, contents: dicts }]), /it holds more than weights need/);
  assert.ok(process.memoryUsage().rss - before < 5e8);
});

test('a list that is given to very many calls', async () => {
  const items = `](${'(K\x01K\x02t'.repeat(10_000)}eq\x00`; // memo 0
  const calls = `h\x00\x85q\x01ccollections\nOrderedDict\nq\x02${'h\x02h\x01R'.repeat(100_000)}`;
  const contents = Buffer.from(`${items}${calls}.`, 'latin1');
  const start = performance.now();
  await refused(torchZip([{}], [{ name: pickle, contents }]), /it holds more than weights need/);
  assert.ok(performance.now() - start < 5000);
});

test('a dict whose key is a tuple in a tuple in a tuple, and so on', async () => {
  const key = `${'('.repeat(100_000)}]${'t'.repeat(100_000)}`;
  const contents = Buffer.from(`ccollections\nOrderedDict\n(](${key}}tatR.`); // OrderedDict([(key, {})])
  await refused(torchZip([{}], [{ name: pickle, contents }]), /holds a dict, and no state dict/);
});

/** The old format's file with other bytes from `position` on. */
function withBytes(file: Buffer, position: number, bytes: Buffer): Buffer {
  const changed = Buffer.from(file);
  bytes.copy(changed, position);
  return changed;
}

test('the old format: storages of other sizes, names and order than its pickle says', async () => {
  const whole = unpacked(torchFiles.readable['old: types']!.file);
  const count = Buffer.alloc(8);
  count.writeBigInt64LE(6n);
  const position = whole.indexOf(count);
  for (const claimed of [7n, -1n, 2n ** 62n]) {
    const other = Buffer.alloc(8);
    other.writeBigInt64LE(claimed);
    await refused(
      withBytes(whole, position, other),
      new RegExp(`a storage has ${claimed} values, expected 6`),
    );
  }
  await refused(withBytes(whole, 18, Buffer.from('K')), /its version is not 1001|can't be read/);
});

test('the tar: a damaged header, a member that is not there', async () => {
  const whole = unpacked(torchFiles.readable.tar!.file);
  await refused(withBytes(whole, 0, Buffer.from('x')), /a header in its tar is damaged/);
  const zeros = Buffer.alloc(whole.length - 1024);
  await refused(withBytes(whole, 1024, zeros), /it has no member 'storages'/);
});

test('a pickle that is a state dict alone is no file of torch.save', () =>
  refused(stateDictPickle([{}]), /is not a safetensors file/));
