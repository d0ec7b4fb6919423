// safetensors files: writing, reading, reading with Python, and rejection of damaged and malicious files.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { whyNoPip } from '../../../dist/io/pip.js';
import { readSafetensors, writeSafetensors } from '../../../dist/weights/formats/safetensors.js';
import { constantState } from '../../commands/models.js';
import { root, shared, temporaryFolder, withoutShared } from '../../support.js';

const tensors = new Map([
  ['features.0.weight', { shape: [2, 1, 1, 3], data: Float32Array.of(1, -2.5, 3e-40, 4, 3e38, 0) }],
  ['features.0.bias', { shape: [2], data: new Float32Array([9, 7, 0.1, 8]).subarray(1, 3) }],
  ['none', { shape: [0, 4], data: new Float32Array() }],
  ['scalar "ü"', { shape: [], data: Float32Array.of(-0) }],
]);

/** A handwritten safetensors file. */
function safetensors(header: unknown, data: Uint8Array): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
}

test('tensors are read back as written, bit for bit and in order', async (t) => {
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

test('Python reads the files', { skip: noPython && 'Python is not installed' }, async (t) => {
  const path = join(await temporaryFolder(t), 'model.safetensors');
  await writeSafetensors(path, tensors, { format: 'pt', training: '{}' });
  const script = join(root, 'test', 'weights', 'formats', 'readSafetensors.py');
  const found = JSON.parse(execFileSync('python3', [script, path], { encoding: 'utf8' }));
  assert.deepEqual(found.metadata, { format: 'pt', training: '{}' });
  const expected = [...tensors].map(([name, { shape, data }]) => [name, [shape, [...data]]]);
  assert.deepEqual(found.tensors, Object.fromEntries(expected));
});

test('a tensor whose values do not match its shape is not written', async (t) => {
  const folder = await temporaryFolder(t);
  const wrong = new Map([['a', { shape: [3], data: new Float32Array(2) }]]);
  await assert.rejects(
    writeSafetensors(join(folder, 'a'), wrong, {}),
    /Expected 3 values for 'a' \[3\] but received 2/,
  );
  assert.deepEqual(await readdir(folder), []);
});

test('names that the format can not hold are rejected, and no file is written', async (t) => {
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

test('the format in the metadata is always pt', async (t) => {
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

test('float16, bfloat16 and float64 are converted to float32', async (t) => {
  const path = join(await temporaryFolder(t), 'mixed.safetensors');
  // 1, -2, the largest half, the smallest subnormal, infinity, -0
  const halves = Buffer.from(Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00, 0x8000).buffer);
  const notANumber = Buffer.from(Uint16Array.of(0x7e00).buffer);
  const bfloats = Buffer.from(Uint16Array.of(0x3f80, 0xc049, 0xff80).buffer);
  const doubles = Buffer.from(Float64Array.of(0.1, 1e300).buffer);
  const data = Buffer.concat([halves, notANumber, bfloats, doubles]);
  const header = {
    // Not in the order of the bytes; the offset of the doubles is not a multiple of their size.
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

test('the names stay as they are, also those of the two moments of an optimizer', async (t) => {
  const path = join(await temporaryFolder(t), 'optimizer.safetensors');
  const moments = ['module.exp_avg', 'module.exp_avg_sq'].flatMap((prefix) =>
    [...constantState([0, 0])].map(([name, tensor]) => [`${prefix}.${name}`, tensor] as const),
  );
  await writeSafetensors(path, new Map(moments), {});
  const { tensors } = await readSafetensors(path);
  assert.deepEqual(
    [...tensors.keys()],
    moments.map(([name]) => name),
  );
});

const eight = new Uint8Array(8);
const two = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
const length = (bytes: bigint) => Buffer.from(BigUint64Array.of(bytes).buffer);
const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;

const rejections: [what: string, content: Buffer, message: string][] = [
  ['an empty file', Buffer.alloc(0), 'expected at least 8 bytes, found 0'],
  [
    'a huge header',
    length(4_000_001n),
    'expected a header of at most 4000000 bytes, found a length of 4000001',
  ],
  [
    'too many dimensions',
    safetensors({ a: { dtype: 'F32', shape: [...Array(64).fill(1), 2], data_offsets: [0, 8] } }, eight),
    "tensor 'a' has the invalid shape [1,1,1,",
  ],
  [
    'a very long name',
    safetensors({ [`${'n'.repeat(200)}`]: 1 }, eight),
    `tensor '${'n'.repeat(100)}' is not described by an object`,
  ],
  [
    'a header of 2^64 - 1',
    length(2n ** 64n - 1n),
    'expected a header of at most 4000000 bytes, found a length of 18446744073709551615',
  ],
  [
    'a truncated header',
    length(10n),
    'expected a header of 10 bytes, found 0: the file was truncated or is in another format',
  ],
  ['an empty header', length(0n), 'its header is not JSON in UTF-8'],
  ['invalid JSON', safetensors('{"a":', eight), 'its header is not JSON in UTF-8'],
  ['invalid UTF-8', safetensors('{"a\xff":1}', eight).fill(0xff, 11, 12), 'its header is not JSON in UTF-8'],
  ['a byte order mark', safetensors('\ufeff{}', Buffer.alloc(0)), 'its header is not JSON in UTF-8'],
  ['a list', safetensors([], Buffer.alloc(0)), 'its header is not a JSON object'],
  ['deep nesting', safetensors(deep, eight), 'its header is not '],
  [
    'a duplicate name',
    safetensors(`{"a":${JSON.stringify(two)},"\\u0061":${JSON.stringify(two)}}`, eight),
    "its header has the key 'a' twice",
  ],
  [
    'a duplicate field',
    safetensors('{"a":{"dtype":"F32","shape":[2],"shape":[1],"data_offsets":[0,8]}}', eight),
    "its header has the key 'shape' twice",
  ],
  ['no object', safetensors({ a: 1 }, eight), "tensor 'a' is not described by an object"],
  ['no type', safetensors({ a: { ...two, dtype: undefined } }, eight), "tensor 'a' has the type nothing"],
  [
    'integers',
    safetensors({ a: { ...two, dtype: 'I64' } }, eight),
    'tensor \'a\' has the type "I64", expected F32, F64, F16, BF16',
  ],
  [
    'a type with the name of a JavaScript property',
    safetensors({ a: { ...two, dtype: 'constructor' } }, eight),
    'tensor \'a\' has the type "constructor"',
  ],
  ['a deep type', safetensors(`{"a":{"dtype":${deep}}}`, eight), "tensor 'a' has the type {..}"],
  [
    'no shape',
    safetensors({ a: { ...two, shape: undefined } }, eight),
    "tensor 'a' has the invalid shape nothing",
  ],
  [
    'a negative shape',
    safetensors({ a: { ...two, shape: [-2] } }, eight),
    "tensor 'a' has the invalid shape [-2]",
  ],
  [
    'a broken shape',
    safetensors({ a: { ...two, shape: [0.5] } }, eight),
    "tensor 'a' has the invalid shape [0.5]",
  ],
  [
    'an overflowing shape',
    safetensors({ a: { ...two, shape: [2 ** 40, 2 ** 40] } }, eight),
    "tensor 'a' has the invalid shape [1099511627776,1099511627776]",
  ],
  [
    'one offset',
    safetensors({ a: { ...two, data_offsets: [8] } }, eight),
    "tensor 'a' has the invalid offsets [8]",
  ],
  [
    'offsets as text',
    safetensors({ a: { ...two, data_offsets: ['0', '8'] } }, eight),
    'tensor \'a\' has the invalid offsets ["0","8"]',
  ],
  [
    'reversed offsets',
    safetensors({ a: { ...two, data_offsets: [8, 0] } }, eight),
    "tensor 'a' has -8 bytes, expected 8 for the shape [2] in F32",
  ],
  [
    'a shape that contradicts the offsets',
    safetensors({ a: { ...two, shape: [3] } }, eight),
    "tensor 'a' has 8 bytes, expected 12 for the shape [3] in F32",
  ],
  [
    'overlap',
    safetensors({ a: two, b: { dtype: 'F32', shape: [1], data_offsets: [4, 8] } }, eight),
    "tensor 'b' overlaps the previous one",
  ],
  ['the same bytes twice', safetensors({ a: two, b: two }, eight), "tensor 'b' overlaps the previous one"],
  [
    'a gap',
    safetensors({ a: { dtype: 'F32', shape: [1], data_offsets: [4, 8] } }, eight),
    "there is a gap of 4 bytes before tensor 'a'",
  ],
  [
    'a truncated tensor',
    safetensors({ a: two }, eight.subarray(1)),
    'expected 8 bytes of tensors, found 7: the file was truncated',
  ],
  ['extra bytes', safetensors({ a: two }, Buffer.alloc(9)), 'there are 1 extra bytes at its end'],
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
  [
    'a terminal escape sequence in a name',
    safetensors({ '\u001b[2J': 1 }, eight),
    "tensor '\\u{1b}[2J' is not",
  ],
];
for (const [what, content, message] of rejections) {
  test(`rejected: ${what}`, async (t) => {
    const path = join(await temporaryFolder(t), 'hostile.safetensors');
    await writeFile(path, content);
    await assert.rejects(readSafetensors(path), (error: Error & { exitCode?: number }) => {
      assert.equal(error.name, 'UserError', error.stack);
      assert.equal(error.exitCode, 3);
      assert.ok(
        error.message.startsWith(`'${path}' is not a valid safetensors file: ${message}`),
        error.message,
      );
      return true;
    });
  });
}

test('names of JavaScript properties are ordinary names', async (t) => {
  const path = join(await temporaryFolder(t), 'odd.safetensors');
  await writeFile(
    path,
    safetensors(`{"__proto__":${JSON.stringify(two)},"__metadata__":{"__proto__":"a"}}`, eight),
  );
  const { tensors, metadata } = await readSafetensors(path);
  assert.deepEqual([...tensors.keys()], ['__proto__']);
  assert.equal(Object.getPrototypeOf(metadata), Object.prototype);
});

test('a file truncated anywhere is rejected', async (t) => {
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

test('a flipped bit of the header gives a value or a UserError', async (t) => {
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

test('a missing file and a folder are rejected', async (t) => {
  const folder = await temporaryFolder(t);
  await assert.rejects(readSafetensors(join(folder, 'none')), {
    exitCode: 3,
    message: /^Can't read '.*none': ENOENT/,
  });
  await assert.rejects(readSafetensors(folder), {
    exitCode: 3,
    message: /^Can't read '.*': it is not a regular file/,
  });
});
