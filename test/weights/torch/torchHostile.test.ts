// Damaged and malicious PyTorch files: all are rejected with a UserError, quickly and with little memory.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesInMemory } from '../../../dist/weights/formats/byteSource.js';
import { parseCheckpoint } from '../../../dist/weights/readWeights.js';
import { type Described, type Entry, fourValues, stateDictPickle, torchZip, zip } from './torchByHand.js';
import { torchFiles, unpacked } from './torchFiles.js';

const parse = (bytes: Uint8Array) => parseCheckpoint(bytesInMemory(bytes, 'weights.pth'));

const rejected = (bytes: Buffer, message: RegExp) =>
  assert.rejects(parse(bytes), { name: 'UserError', exitCode: 3, message });

test('handwritten files without defects are read', async () => {
  const { tensors } = await parse(torchZip([{}]));
  assert.deepEqual([...tensors], [['a', { shape: [4], data: Float32Array.of(1, 2, 3, 4) }]]);
});

const views: [what: string, tensors: Described[], message: RegExp][] = [
  ['a size beyond the storage', [{ shape: [5] }], /a tensor that accesses value 4 of a storage of 4/],
  ['an offset beyond it', [{ offset: 1 }], /a tensor that accesses value 4 of a storage of 4/],
  ['strides beyond it', [{ shape: [2, 2], stride: [3, 1] }], /accesses value 4 of a storage of 4/],
  ['a negative size', [{ shape: [-1] }], /a tensor whose size, strides and offset are not integers/],
  ['a negative stride', [{ stride: [-1] }], /a tensor whose size, strides and offset are not integers/],
  ['a negative offset', [{ offset: -1 }], /a tensor whose size, strides and offset are not integers/],
  ['fewer strides than sizes', [{ shape: [2, 2] }], /a tensor whose size, strides and offset are not/],
  [
    'sizes beyond safe integers',
    [{ shape: [2 ** 40, 2 ** 40], stride: [0, 0] }],
    /a tensor of the size \[1099511627776, /,
  ],
  ['very many dimensions', [{ shape: Array(65).fill(1), stride: Array(65).fill(0) }], /a tensor whose size/],
  [
    'expanded to terabytes',
    [{ shape: [2 ** 20, 2 ** 20], stride: [0, 0] }],
    /its tensors need 4398046511120 bytes of memory, and at most \d+ are allowed/,
  ],
  [
    'thousands of names, each of them expanded',
    Array.from({ length: 5000 }, (_, i) => ({ name: `t${i}`, shape: [100_000], stride: [0] })),
    /its tensors need 2000000016 bytes of memory/,
  ],
  [
    'a storage of two types',
    [{}, { name: 'b', kind: 'torch DoubleStorage' }],
    /a storage with two types or sizes/,
  ],
  ['a storage of two sizes', [{}, { name: 'b', count: 2 }], /a storage with two types or sizes/],
  ['a negative storage', [{ count: -4 }], /a persistent id that is not a storage/],
  [
    'a storage of an unknown type',
    [{ kind: 'torch Quite8Storage' }],
    /a storage of an unsupported type \('torch\.Quite8Storage'\)/,
  ],
  ['a storage without a type', [{ kind: 'torch Size' }], /an unsupported type \('torch\.Size'\)/],
  ['a storage larger than its bytes', [{ count: 5 }], /'archive\/data\/0' has 16 bytes, expected 20/],
  ['a storage larger than memory', [{ count: 2 ** 50 }], /its tensors need 4503599627370512 bytes of memory/],
  ['a missing storage', [{ key: '1' }], /entry 'archive\/data\/1' is missing/],
  [
    'a key that is a path',
    [{ key: '../../etc/passwd' }],
    /entry 'archive\/data\/\.\.\/\.\.\/etc\/passwd' is missing/,
  ],
];
for (const [what, tensors, message] of views) test(what, () => rejected(torchZip(tensors), message));

const pickle = 'archive/data.pkl';
const storage = 'archive/data/0';
const gigabyte = deflatedZeros(2 ** 20); // by its header

function deflatedZeros(bytes: number): Entry {
  return { name: pickle, contents: Buffer.alloc(bytes), deflate: true };
}

const zipEntries: [what: string, others: Entry[], message: RegExp][] = [
  [
    'a wrong checksum',
    [{ name: storage, contents: fourValues, crc: 1 }],
    /'archive\/data\/0' has a wrong checksum/,
  ],
  ['a single checksum of 0', [{ name: storage, contents: fourValues, crc: 0 }], /has a wrong checksum/],
  [
    'a pickle with a size of gigabytes',
    [{ ...gigabyte, size: 2 ** 32 - 2 }],
    /has 4294967294 bytes, expected at most/,
  ],
  [
    'a pickle that unpacks to more than it claims',
    [{ ...deflatedZeros(2 ** 20), size: 1000 }],
    /'archive\/data\.pkl' can't be read: it is longer than its header says/,
  ],
  [
    'a storage that unpacks to more than it claims',
    [{ name: storage, contents: Buffer.alloc(2 ** 24), deflate: true, size: 16 }],
    /can't be read: it is longer than its header says/,
  ],
  [
    'a storage that unpacks to less',
    [{ name: storage, contents: Buffer.alloc(8), deflate: true, size: 16 }],
    /can't be read: it is shorter than its header says/,
  ],
  [
    'a storage with the wrong compression method',
    [{ name: storage, contents: fourValues, method: 8 }],
    /'archive\/data\/0' can't be read: /,
  ],
  ['an unknown method', [{ name: storage, contents: fourValues, method: 99 }], /has compression method 99/],
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
    'a duplicate entry',
    [
      { name: 'x', contents: fourValues },
      { name: 'x', contents: fourValues },
    ],
    /entry 'x' occurs twice/,
  ],
  ['a relative path', [{ name: '../x', contents: fourValues }], /invalid relative path: \.\.\/x/],
  ['an absolute path', [{ name: '/etc/x', contents: fourValues }], /absolute path: \/etc\/x/],
  [
    'an unknown byte order',
    [{ name: 'archive/byteorder', contents: Buffer.from('odd') }],
    /'odd', expected little/,
  ],
  [
    'two pickles',
    [{ name: 'other/data.pkl', contents: fourValues }],
    /expected one entry NAME\/data\.pkl, found 2/,
  ],
  ['TorchScript', [{ name: 'archive/constants.pkl', contents: fourValues }], /found a TorchScript module/],
  [
    'an offset beyond the end of the file',
    [{ name: storage, contents: fourValues, shift: 1e6 }],
    /can't be found: unexpected end of file/,
  ],
  [
    'an offset that is not a local header',
    [{ name: storage, contents: fourValues, shift: 1 }],
    /can't be found: invalid local file header/,
  ],
];
for (const [what, others, message] of zipEntries) test(what, () => rejected(torchZip([{}], others), message));

test('overlapping storages', async () => {
  const two = [{}, { name: 'b', key: '1' }];
  await rejected(
    torchZip(two, [{ name: 'archive/data/1', contents: fourValues, over: 'archive/data/0' }]),
    /entry 'archive\/data\/1' overlaps another one/,
  );
  // Storage 1 is an entry inside the bytes of storage 0.
  const inner = zip([{ name: 'archive/data/1', contents: fourValues }]).subarray(0, 60);
  await rejected(
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
    /entry 'archive\/data\/0' overlaps another one/,
  );
});

test('a zip without a pickle, and one with a wrong number of entries', async () => {
  await rejected(zip([{ name: 'a', contents: fourValues }]), /is a zip but not a PyTorch file: .* found 0/);
  await rejected(zip([{ name: 'a', contents: fourValues }], 60_000), /is a damaged PyTorch file: /);
});

test('thousands of entries are read quickly', async () => {
  const many = Array.from({ length: 20_000 }, (_, i) => ({
    name: `archive/data/x${i}`,
    contents: fourValues,
  }));
  const start = performance.now();
  await parse(torchZip([{}], many));
  assert.ok(performance.now() - start < 10_000);
});

test('the size of a highly compressed storage is limited', async () => {
  const zeros = (values: number) =>
    torchZip(
      [{ count: values, shape: [values] }],
      [{ name: storage, contents: Buffer.alloc(4 * values), deflate: true }],
    );
  assert.equal((await parse(zeros(100_000))).tensors.get('a')!.data.length, 100_000);
  await rejected(zeros(1_000_000), /its tensors need 8000000 bytes of memory, and at most \d+ are allowed/);
});

test('a pickle of millions of empty dicts needs little memory', async () => {
  const before = process.memoryUsage().rss;
  const dicts = Buffer.concat([Buffer.from(']'), Buffer.alloc(6_000_000, '}a'), Buffer.from('.')]);
  await rejected(torchZip([{}], [{ name: pickle, contents: dicts }]), /it contains too many values/);
  assert.ok(process.memoryUsage().rss - before < 5e8);
});

test('a list that is passed to very many calls', async () => {
  const items = `](${'(K\x01K\x02t'.repeat(10_000)}eq\x00`; // memo 0
  const calls = `h\x00\x85q\x01ccollections\nOrderedDict\nq\x02${'h\x02h\x01R'.repeat(100_000)}`;
  const contents = Buffer.from(`${items}${calls}.`, 'latin1');
  const start = performance.now();
  await rejected(torchZip([{}], [{ name: pickle, contents }]), /it contains too many values/);
  assert.ok(performance.now() - start < 5000);
});

test('a dict with deeply nested tuples as key', async () => {
  const key = `${'('.repeat(100_000)}]${'t'.repeat(100_000)}`;
  const contents = Buffer.from(`ccollections\nOrderedDict\n(](${key}}tatR.`); // OrderedDict([(key, {})])
  await rejected(
    torchZip([{}], [{ name: pickle, contents }]),
    /Expected a state dict .* but found a dict without tensors/,
  );
});

/** A copy of `file` with other bytes from `position` on. */
function withBytes(file: Buffer, position: number, bytes: Buffer): Buffer {
  const changed = Buffer.from(file);
  bytes.copy(changed, position);
  return changed;
}

test('the old format: storages that do not match the pickle', async () => {
  const whole = unpacked(torchFiles.readable['old: types']!.file);
  const count = Buffer.alloc(8);
  count.writeBigInt64LE(6n);
  const position = whole.indexOf(count);
  for (const claimed of [7n, -1n, 2n ** 62n]) {
    const other = Buffer.alloc(8);
    other.writeBigInt64LE(claimed);
    await rejected(
      withBytes(whole, position, other),
      new RegExp(`a storage has ${claimed} values, expected 6`),
    );
  }
  await rejected(withBytes(whole, 18, Buffer.from('K')), /its version is not 1001|Can't read/);
});

test('a bare pickle of a state dict is not a PyTorch file', () =>
  rejected(stateDictPickle([{}]), /found a pickle that torch\.save did not write/));

test('a dict in very many dicts, lists, objects and modules is searched once, quickly and not too deep', async () => {
  const containers: [what: string, open: string, close: string][] = [
    ['dicts', '}X\x01\x00\x00\x00a', 's'],
    ['lists', ']', 'a'],
    ['objects', 'cm\nC\n)R', 'b'],
    ['modules', 'cm\nC\n)R}X\x08\x00\x00\x00_modules}X\x01\x00\x00\x00a', 'ssb'],
  ];
  for (const [what, open, close] of containers) {
    const nested = (depth: number) => {
      const inner = stateDictPickle([{}]).subarray(2, -1).toString('latin1');
      const contents = Buffer.from(`${open.repeat(depth)}${inner}${close.repeat(depth)}.`, 'latin1');
      return torchZip([{}], [{ name: pickle, contents }]);
    };
    assert.equal((await parse(nested(10))).tensors.size, 1, what);
    await rejected(nested(50_000), /Expected a state dict|Expected one state dict/);
  }
  // [d, d, ..], and each d = [previous, previous]: 2^30 paths lead to the innermost one.
  const shared = `${']q\x00'}${'](h\x00h\x00eq\x00'.repeat(30)}.`;
  await rejected(
    torchZip([{}], [{ name: pickle, contents: Buffer.from(shared, 'latin1') }]),
    /but found a list/,
  );
});

test('an object that contains itself, and very many tensors', async () => {
  // o.state = {'a': o, 'w': tensor}
  const tensor = stateDictPickle([{ name: 'w' }])
    .subarray(4, -2)
    .toString('latin1');
  const itself = `cm\nC\n)Rq\x00}(X\x01\x00\x00\x00ah\x00${tensor}ub.`;
  const contents = Buffer.from(itself, 'latin1');
  assert.deepEqual([...(await parse(torchZip([{}], [{ name: pickle, contents }]))).tensors.keys()], ['w']);
  const many = Array.from({ length: 20_001 }, (_, i) => ({ name: `t${i}` }));
  await rejected(torchZip(many), /contains more than 20000 tensors/);
});

test('nothing is called: os.system, eval and exec become inert objects', async () => {
  const calls = [
    'posix\nsystem',
    'builtins\neval',
    'builtins\nexec',
    'builtins\n__import__',
    'constructor\nconstructor',
  ];
  for (const name of calls) {
    const contents = Buffer.from(`}(X\x01\x00\x00\x00xc${name}\n(X\x04\x00\x00\x00exittRu.`, 'latin1');
    await rejected(torchZip([{}], [{ name: pickle, contents }]), /found a dict without tensors/);
  }
});
