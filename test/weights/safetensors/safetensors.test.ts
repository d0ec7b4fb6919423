// safetensors files: written, read, read by Python, and refused where they are damaged or hostile.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { whyNoPip } from '../../../dist/io/pip.js';
import { readSafetensors, writeSafetensors } from '../../../dist/weights/safetensors/safetensors.js';
import { root, shared, temporaryFolder, withoutShared } from '../../support.js';

const tensors = new Map([
  ['features.0.weight', { shape: [2, 1, 1, 3], data: Float32Array.of(1, -2.5, 3e-40, 4, 3e38, 0) }],
  ['features.0.bias', { shape: [2], data: new Float32Array([9, 7, 0.1, 8]).subarray(1, 3) }],
  ['none', { shape: [0, 4], data: new Float32Array() }],
  ['scalar "ü"', { shape: [], data: Float32Array.of(-0) }],
]);

/** A safetensors file by hand. */
function safetensors(header: unknown, data: Uint8Array): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
}

test('what is written is read again, to the bit and in order', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'model.safetensors');
  await writeSafetensors(path, tensors, { classes: '["Cat","Dog"]' });
  const found = await readSafetensors(path);
  assert.deepEqual(found.tensors, tensors);
  assert.deepEqual([...found.tensors.keys()], [...tensors.keys()]);
  assert.ok(Object.is(found.tensors.get('scalar "ü"')?.data[0], -0));
  assert.deepEqual(found.metadata, { format: 'pt', classes: '["Cat","Dog"]' });
  const length = (await readFile(path)).readBigUInt64LE();
  assert.equal(length % 8n, 0n);
  assert.deepEqual(await readdir(folder), ['model.safetensors']);
});

const noPython = (await whyNoPip())?.includes('is not installed') ?? false;

test('Python reads what is written', { skip: noPython && 'there is no Python' }, async (t) => {
  const path = join(await temporaryFolder(t), 'model.safetensors');
  await writeSafetensors(path, tensors, { format: 'pt', training: '{}' });
  const script = join(root, 'test', 'weights', 'safetensors', 'readSafetensors.py');
  const found = JSON.parse(execFileSync('python3', [script, path], { encoding: 'utf8' }));
  assert.deepEqual(found.metadata, { format: 'pt', training: '{}' });
  const expected = [...tensors].map(([name, { shape, data }]) => [name, [shape, [...data]]]);
  assert.deepEqual(found.tensors, Object.fromEntries(expected));
});

test('a tensor whose values do not fill its shape is not written', async (t) => {
  const folder = await temporaryFolder(t);
  const wrong = new Map([['a', { shape: [3], data: new Float32Array(2) }]]);
  await assert.rejects(
    writeSafetensors(join(folder, 'a'), wrong, {}),
    /'a' with 2 values can't be written as \[3\]/,
  );
  assert.deepEqual(await readdir(folder), []);
});

test('what the format has no place for is refused, and nothing is written', async (t) => {
  const folder = await temporaryFolder(t);
  const one = { shape: [1], data: Float32Array.of(1) };
  for (const name of ['__metadata__', 'n'.repeat(4_000_000)]) {
    await assert.rejects(writeSafetensors(join(folder, 'a'), new Map([[name, one]]), {}), {
      name: 'UserError',
      exitCode: 3,
    });
  }
  assert.deepEqual(await readdir(folder), []);
});

test("the layout is PyTorch's, whatever the metadata says", async (t) => {
  const path = join(await temporaryFolder(t), 'model.safetensors');
  await writeSafetensors(path, tensors, { format: 'tf', a: 'b' });
  assert.deepEqual((await readSafetensors(path)).metadata, { format: 'pt', a: 'b' });
});

test('the shared ImageNet convolutions', { skip: withoutShared }, async () => {
  const { tensors, metadata } = await readSafetensors(
    join(shared, 'models', 'alexnet-imagenet-features.safetensors'),
  );
  assert.equal(tensors.size, 10);
  assert.deepEqual(tensors.get('features.0.weight')?.shape, [64, 3, 11, 11]);
  const bias = [...tensors.get('features.0.bias')!.data.subarray(0, 3)].map((value) => value.toFixed(4));
  assert.deepEqual(bias, ['-0.9705', '-2.8070', '-0.0371']);
  assert.equal(metadata.layout, 'OIHW');
});

test('halves, bfloat16 and doubles become float32', async (t) => {
  const path = join(await temporaryFolder(t), 'mixed.safetensors');
  // 1, -2, the largest half, the smallest subnormal, infinity, -0
  const halves = Buffer.from(Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00, 0x8000).buffer);
  const notANumber = Buffer.from(Uint16Array.of(0x7e00).buffer);
  const bfloats = Buffer.from(Uint16Array.of(0x3f80, 0xc049, 0xff80).buffer);
  const doubles = Buffer.from(Float64Array.of(0.1, 1e300).buffer);
  const data = Buffer.concat([halves, notANumber, bfloats, doubles]);
  const header = {
    // In any order; the odd place of the doubles is not a multiple of their width.
    d: { dtype: 'F64', shape: [2], data_offsets: [20, 36] },
    h: { dtype: 'F16', shape: [2, 3], data_offsets: [0, 12] },
    n: { dtype: 'F16', shape: [1], data_offsets: [12, 14] },
    b: { dtype: 'BF16', shape: [3], data_offsets: [14, 20] },
  };
  await writeFile(path, safetensors(header, data));
  const { tensors } = await readSafetensors(path);
  const values = (name: string) => [...tensors.get(name)!.data];
  assert.deepEqual(values('h'), [1, -2, 65504, 2 ** -24, Number.POSITIVE_INFINITY, -0]);
  assert.ok(Number.isNaN(values('n')[0]));
  assert.deepEqual(values('b'), [1, -3.140625, Number.NEGATIVE_INFINITY]);
  assert.deepEqual(values('d'), [Math.fround(0.1), Number.POSITIVE_INFINITY]);
  assert.deepEqual([...tensors.keys()], ['h', 'n', 'b', 'd'], 'in the order of their bytes');
});

const eight = new Uint8Array(8);
const two = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
const length = (bytes: bigint) => Buffer.from(BigUint64Array.of(bytes).buffer);
const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;

const refusals: [what: string, content: Buffer, message: string][] = [
  ['an empty file', Buffer.alloc(0), "it has 0 bytes, and its header's length alone takes 8"],
  ['a huge header', length(4_000_001n), 'its header claims 4000001 bytes, and the most is 4000000'],
  [
    'more dimensions than any tensor has',
    safetensors({ a: { dtype: 'F32', shape: [...Array(64).fill(1), 2], data_offsets: [0, 8] } }, eight),
    "its tensor 'a' has the shape [1,1,1,",
  ],
  [
    'a very long name',
    safetensors({ [`${'n'.repeat(200)}`]: 1 }, eight),
    `its tensor '${'n'.repeat(100)}' is not described by an object`,
  ],
  ['a header of 2^64 - 1', length(2n ** 64n - 1n), 'its header claims 18446744073709551615 bytes'],
  [
    'a cut header',
    length(10n),
    'its header claims 10 bytes, and 0 follow: it was cut short, or is another format',
  ],
  ['an empty header', length(0n), 'its header is not JSON in UTF-8'],
  ['no JSON', safetensors('{"a":', eight), 'its header is not JSON in UTF-8'],
  ['no UTF-8', safetensors('{"a\xff":1}', eight).fill(0xff, 11, 12), 'its header is not JSON in UTF-8'],
  ['a byte order mark', safetensors('\ufeff{}', Buffer.alloc(0)), 'its header is not JSON in UTF-8'],
  ['a list', safetensors([], Buffer.alloc(0)), 'its header is not a JSON object'],
  ['nesting without end', safetensors(deep, eight), 'its header is not '],
  [
    'a name twice',
    safetensors(`{"a":${JSON.stringify(two)},"\\u0061":${JSON.stringify(two)}}`, eight),
    "its header has 'a' twice",
  ],
  [
    'a field twice',
    safetensors('{"a":{"dtype":"F32","shape":[2],"shape":[1],"data_offsets":[0,8]}}', eight),
    "its header has 'shape' twice",
  ],
  ['no object', safetensors({ a: 1 }, eight), "its tensor 'a' is not described by an object"],
  ['no type', safetensors({ a: { ...two, dtype: undefined } }, eight), "its tensor 'a' has the type nothing"],
  [
    'integers',
    safetensors({ a: { ...two, dtype: 'I64' } }, eight),
    'its tensor \'a\' has the type "I64", and only F32, F64, F16, BF16 can be read',
  ],
  [
    "a type of JavaScript's",
    safetensors({ a: { ...two, dtype: 'constructor' } }, eight),
    'its tensor \'a\' has the type "constructor"',
  ],
  ['a deep type', safetensors(`{"a":{"dtype":${deep}}}`, eight), "its tensor 'a' has the type {..}"],
  [
    'no shape',
    safetensors({ a: { ...two, shape: undefined } }, eight),
    "its tensor 'a' has the shape nothing",
  ],
  [
    'a negative shape',
    safetensors({ a: { ...two, shape: [-2] } }, eight),
    "its tensor 'a' has the shape [-2]",
  ],
  [
    'a broken shape',
    safetensors({ a: { ...two, shape: [0.5] } }, eight),
    "its tensor 'a' has the shape [0.5]",
  ],
  [
    'an overflowing shape',
    safetensors({ a: { ...two, shape: [2 ** 40, 2 ** 40] } }, eight),
    "its tensor 'a' has the shape [1099511627776,1099511627776]",
  ],
  [
    'one offset',
    safetensors({ a: { ...two, data_offsets: [8] } }, eight),
    "its tensor 'a' has the offsets [8]",
  ],
  [
    'offsets as text',
    safetensors({ a: { ...two, data_offsets: ['0', '8'] } }, eight),
    'its tensor \'a\' has the offsets ["0","8"]',
  ],
  [
    'offsets turned round',
    safetensors({ a: { ...two, data_offsets: [8, 0] } }, eight),
    "its tensor 'a' has -8 bytes, and its shape [2] in F32 takes 8",
  ],
  [
    'shape against offsets',
    safetensors({ a: { ...two, shape: [3] } }, eight),
    "its tensor 'a' has 8 bytes, and its shape [3] in F32 takes 12",
  ],
  [
    'overlap',
    safetensors({ a: two, b: { dtype: 'F32', shape: [1], data_offsets: [4, 8] } }, eight),
    "its tensor 'b' overlaps the one before it",
  ],
  ['the same twice', safetensors({ a: two, b: two }, eight), "its tensor 'b' overlaps the one before it"],
  [
    'a hole',
    safetensors({ a: { dtype: 'F32', shape: [1], data_offsets: [4, 8] } }, eight),
    "4 bytes before its tensor 'a' belong to none",
  ],
  [
    'a cut tensor',
    safetensors({ a: two }, eight.subarray(1)),
    'its tensors take 8 bytes, and it has 7: it was cut short',
  ],
  [
    'more than its tensors',
    safetensors({ a: two }, Buffer.alloc(9)),
    '1 bytes at its end belong to no tensor',
  ],
  [
    'metadata of numbers',
    safetensors({ __metadata__: { epochs: 5 }, a: two }, eight),
    'its __metadata__ is not an object of strings',
  ],
  [
    'metadata as a list',
    safetensors({ __metadata__: ['a'], a: two }, eight),
    'its __metadata__ is not an object of strings',
  ],
  ["a terminal's escape in a name", safetensors({ '\u001b[2J': 1 }, eight), "its tensor '\\u{1b}[2J' is not"],
];
for (const [what, content, message] of refusals) {
  test(`refused: ${what}`, async (t) => {
    const path = join(await temporaryFolder(t), 'hostile.safetensors');
    await writeFile(path, content);
    await assert.rejects(readSafetensors(path), (error: Error & { exitCode?: number }) => {
      assert.equal(error.name, 'UserError', error.stack);
      assert.equal(error.exitCode, 3);
      assert.ok(
        error.message.startsWith(`'${path}' is not a safetensors file that can be read: ${message}`),
        error.message,
      );
      return true;
    });
  });
}

test("names and metadata of JavaScript's own are only names", async (t) => {
  const path = join(await temporaryFolder(t), 'odd.safetensors');
  await writeFile(
    path,
    safetensors(`{"__proto__":${JSON.stringify(two)},"__metadata__":{"__proto__":"a"}}`, eight),
  );
  const { tensors, metadata } = await readSafetensors(path);
  assert.deepEqual([...tensors.keys()], ['__proto__']);
  assert.equal(Object.getPrototypeOf(metadata), Object.prototype);
});

test('a file cut anywhere is refused', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'model.safetensors');
  await writeSafetensors(path, tensors, {});
  const whole = await readFile(path);
  const cut = join(folder, 'cut.safetensors');
  for (let length = 0; length < whole.length; length++) {
    await writeFile(cut, whole.subarray(0, length));
    await assert.rejects(readSafetensors(cut), { name: 'UserError', exitCode: 3 }, `at ${length}`);
  }
});

test('a flipped bit of the header gives a value or a sentence, never another error', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'model.safetensors');
  await writeSafetensors(
    path,
    new Map([['features.0.bias', { shape: [2], data: Float32Array.of(1, 2) }]]),
    {},
  );
  const whole = await readFile(path);
  const bits = 8 * (8 + Number(whole.readBigUInt64LE()));
  for (let bit = 0; bit < bits; bit++) {
    const flipped = Buffer.from(whole);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    await writeFile(path, flipped);
    await readSafetensors(path).catch((error: Error) => assert.equal(error.name, 'UserError', error.stack));
  }
});

test('a file that is not there, and a folder, are refused in a sentence', async (t) => {
  const folder = await temporaryFolder(t);
  await assert.rejects(readSafetensors(join(folder, 'none')), {
    exitCode: 3,
    message: /^Can't read '.*none': ENOENT/,
  });
  await assert.rejects(readSafetensors(folder), { exitCode: 3, message: /^Can't read '.*': it is no file/ });
});
