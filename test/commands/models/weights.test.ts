// alexft weights: list, fetch, show and convert. No test accesses the internet.

import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { convertWeights } from '../../../dist/commands/models/weightsConvert.js';
import { fetchWeights } from '../../../dist/commands/models/weightsFetch.js';
import { showWeights } from '../../../dist/commands/models/weightsShow.js';
import { sha256OfFile } from '../../../dist/io/atomic.js';
import { readSafetensors, writeSafetensors } from '../../../dist/weights/formats/safetensors.js';
import { listWeights } from '../../../dist/weights/listWeights.js';
import { keepFeatures } from '../../../dist/weights/lpipsJax.js';
import { readModel } from '../../../dist/weights/modelFile.js';
import { modelOfWeights } from '../../../dist/weights/modelOfWeights.js';
import { readCheckpoint } from '../../../dist/weights/readWeights.js';
import { exactWeights } from '../../../dist/weights/sources.js';
import { setEnvironment, shared, temporaryFolder, withoutShared } from '../../support.js';
import { constantState, writeConstantModel } from '../models.js';
import { narrow } from '../narrow.js';

/** Uses empty caches of alexft and PyTorch, and disables downloads. */
async function emptyCache(t: TestContext): Promise<string> {
  const folder = await temporaryFolder(t);
  const variables = { ALEXFT_CACHE: join(folder, 'cache'), TORCH_HOME: join(folder, 'torch') };
  setEnvironment(t, { ...variables, ALEXFT_OFFLINE: '1' });
  await mkdir(join(folder, 'cache', 'weights'), { recursive: true });
  await mkdir(join(folder, 'torch', 'hub', 'checkpoints'), { recursive: true });
  return folder;
}

/** Caches the shared convolutions. */
async function keepShared(): Promise<string> {
  const { tensors } = await readSafetensors(join(shared, 'models', 'alexnet-imagenet-features.safetensors'));
  const order = [0, 3, 6, 8, 10].flatMap((layer) => [`features.${layer}.weight`, `features.${layer}.bias`]);
  return await keepFeatures(new Map(order.map((name) => [name, tensors.get(name)!])));
}

test('list checks each location for the right file', async (t) => {
  const folder = await emptyCache(t);
  const [imagenet, features] = await listWeights();
  assert.deepEqual([imagenet?.name, features?.name], ['imagenet', 'imagenet-features']);
  assert.equal(imagenet?.bytes, 244_408_911);
  const torch = join(folder, 'torch', 'hub', 'checkpoints', 'alexnet-owt-7be5be79.pth');
  const own = join(folder, 'cache', 'weights', 'alexnet-owt-7be5be79.pth');
  assert.deepEqual(imagenet?.places, [
    { cache: 'alexft', path: own, state: 'absent' },
    { cache: 'torch', path: torch, state: 'absent' },
  ]);
  assert.deepEqual(
    features?.places.map(({ cache, state }) => [cache, state]),
    [['alexft', 'absent']],
  );
  await writeFile(torch, 'cut short');
  const [again] = await listWeights();
  assert.deepEqual(
    again?.places.map(({ state }) => state),
    ['absent', 'other'],
  );
});

test('cached weights are listed, not fetched again, shown and converted by name', {
  skip: withoutShared,
}, async (t) => {
  const folder = await emptyCache(t);
  const path = await keepShared();
  const features = (await listWeights()).at(-1);
  assert.deepEqual(features?.places, [{ cache: 'alexft', path, state: 'here' }]);
  assert.equal(await sha256OfFile(path), features?.sha256);
  const name = 'imagenet-features';
  assert.deepEqual(await fetchWeights([name]), [{ name, path, fetched: false }]);

  const shown = await showWeights(name);
  assert.deepEqual([shown.file, shown.sha256, shown.bytes], [path, features?.sha256, features?.bytes]);
  assert.equal(shown.alexnet?.classes, undefined);
  assert.equal(shown.alexnet?.missing.length, 6);
  assert.equal(shown.parameters, 2_469_696);

  const file = join(folder, 'features.pth');
  await convertWeights(name, file);
  assert.equal((await showWeights(file)).metadata.licence, 'BSD');
});

test('fetch: unavailable weights are an error with a hint, without a fallback', async (t) => {
  await emptyCache(t);
  for (const names of [[], ['imagenet'], ['imagenet', 'imagenet-features']]) {
    await assert.rejects(fetchWeights(names), {
      exitCode: 3,
      message: /'imagenet' are not on this machine.*ALEXFT_OFFLINE=1.*alexnet-owt-7be5be79\.pth \(244 MB\)/,
      hint: /Allow downloads once, or download https:\/\/\S+ on another machine and copy it to '.*cache.*alexnet-owt-7be5be79\.pth'/,
    });
  }
  await assert.rejects(fetchWeights(['none\u001b']), {
    exitCode: 2,
    message:
      "Expected imagenet or imagenet-features for the name of weights to fetch but received 'none\\u{1b}'.",
    hint: /alexft weights list/,
  });
});

test('show describes the contents of a file, and whether it is an AlexNet', async (t) => {
  const folder = await emptyCache(t);
  await writeConstantModel(join(folder, 'model.safetensors'), ['a', 'b'], [0, 1]);
  const shown = await showWeights(folder);
  const state = constantState([0, 1]);
  assert.equal(shown.file, join(folder, 'model.safetensors'));
  assert.equal(shown.bytes, (await readFile(shown.file)).length);
  assert.equal(shown.sha256, await sha256OfFile(shown.file));
  assert.equal(shown.format, 'safetensors');
  assert.equal(shown.metadata.classes, '["a","b"]');
  assert.deepEqual(
    shown.tensors,
    [...state].map(([name, { shape }]) => ({ name, type: 'F32', shape })),
  );
  assert.equal(
    shown.parameters,
    [...state.values()].reduce((sum, { data }) => sum + data.length, 0),
  );
  assert.deepEqual(shown.alexnet, { widths: narrow, classes: 2, missing: [] });

  const other = join(folder, 'other.safetensors');
  await writeSafetensors(other, new Map([['a', { shape: [2], data: new Float32Array(2) }]]), {});
  const { alexnet, misfit } = await showWeights(other);
  assert.equal(alexnet, undefined);
  assert.match(misfit!, /missing: features\.0\.weight/);
  await assert.rejects(showWeights(join(folder, 'gone')), { exitCode: 3, message: /There are no weights/ });
  await assert.rejects(showWeights('imagenet'), {
    exitCode: 3,
    message: "The weights 'imagenet' are not on this machine.",
    hint: /alexft weights fetch imagenet/,
  });
});

test('converting back and forth is lossless', async (t) => {
  const folder = await temporaryFolder(t);
  const model = join(folder, 'model.safetensors');
  await writeConstantModel(model, ['a', 'b'], [0, 1]);
  const messages: string[] = [];
  const context = { onMessage: (text: string) => messages.push(text), onProgress: () => {} };
  for (const ending of ['pth', 'PT']) {
    const torch = join(folder, `model.${ending}`);
    const converted = await convertWeights(folder, torch, {}, context);
    assert.deepEqual(converted, {
      from: folder,
      to: torch,
      format: 'torch',
      bytes: (await readFile(torch)).length,
      tensors: 16,
      parameters: (await showWeights(model)).parameters,
    });
    assert.match(messages.pop()!, /torch\.load returns only the tensors.*'alexft\.json'/);
    assert.equal((await showWeights(torch)).format, 'torch');
    const back = join(folder, `${ending}.safetensors`);
    await convertWeights(torch, back, {}, context);
    assert.ok((await readFile(back)).equals(await readFile(model)));
    assert.deepEqual(messages, []);
    assert.deepEqual((await readModel(torch)).classes, ['a', 'b'], 'it is still a model');
  }
});

test('types are shown as in the file; other types are converted to float32, with a message', async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'half.safetensors');
  const header = Buffer.from('{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  await writeFile(file, Buffer.concat([length, header, Buffer.of(0, 0x3c, 0, 0xc0)])); // 1, -2
  assert.deepEqual((await showWeights(file)).tensors, [{ name: 'a', type: 'F16', shape: [2] }]);
  const messages: string[] = [];
  const context = { onMessage: (text: string) => messages.push(text), onProgress: () => {} };
  const to = join(folder, 'full.pth');
  await convertWeights(file, to, {}, context);
  const misfit = messages.pop()!;
  assert.match(
    misfit,
    /^Converted, but alexft can't use the result\. The weights '.*full\.pth' don't fit this AlexNet:\n/,
  );
  assert.match(misfit, /missing: features\.0\.weight.*unexpected: a \[2\]$/s);
  assert.deepEqual(messages, ['Converted F16 to F32.']);
  assert.deepEqual((await showWeights(to)).tensors, [{ name: 'a', type: 'F32', shape: [2] }]);
  assert.deepEqual([...(await readCheckpoint(to)).tensors.get('a')!.data], [1, -2]);
});

test('convert adds class names; a single output becomes two', async (t) => {
  const folder = await temporaryFolder(t);
  const [one, named] = [join(folder, 'one.safetensors'), join(folder, 'named.pth')];
  await writeSafetensors(one, constantState([2]), {});
  await convertWeights(one, named, { classes: ['Cat', 'Dog'] });
  const weights = await exactWeights(named, { offline: true, onMessage: () => {}, onProgress: () => {} });
  const { model, note } = modelOfWeights(weights);
  assert.deepEqual([model.classes, note], [['Cat', 'Dog'], undefined]);
  assert.deepEqual([...model.tensors.get('classifier.6.bias')!.data], [0, 2]);
  const to = join(folder, 'other.pth');
  await assert.rejects(convertWeights(one, to, { classes: ['a', 'b', 'c'] }), {
    exitCode: 2,
    message: /Expected 2 names/,
  });
  for (const classes of [['a'], ['a', 'a'], ['a', ''], 'ab'] as never[]) {
    await assert.rejects(convertWeights(one, to, { classes }), {
      exitCode: 2,
      message: /Expected two or more distinct names .* for --classes/,
    });
  }
});

test('convert replaces no file without --force, and leaves no file behind on failure', async (t) => {
  const folder = await temporaryFolder(t);
  const model = join(folder, 'model.safetensors');
  await writeConstantModel(model, ['a', 'b'], [0, 1]);
  const there = join(folder, 'there.pth');
  await writeFile(there, 'mine');
  await assert.rejects(convertWeights(model, there), { exitCode: 2, message: /already exists/ });
  assert.equal(await readFile(there, 'utf8'), 'mine');
  await convertWeights(model, there, { force: true });
  assert.equal((await showWeights(there)).tensors.length, 16);
  // Also onto itself: the file is read before it is replaced.
  const before = await readFile(model);
  await convertWeights(model, model, { force: true });
  assert.ok((await readFile(model)).equals(before));

  await mkdir(join(folder, 'folder.pth'));
  const files = await readdir(folder);
  for (const [to, exitCode, message] of [
    ['folder.pth', 2, /Expected a file name but '.*folder\.pth' is not a regular file/],
    ['a.bin', 2, /Expected the extension \.safetensors, \.pth, \.pt for the output file/],
    ['pth', 2, /Expected the extension \.safetensors, \.pth, \.pt for the output file/],
    ['gone/a.pth', 1, /Can't write '.*gone.a\.pth': ENOENT/],
  ] as const) {
    await assert.rejects(convertWeights(model, join(folder, to), { force: true }), { exitCode, message });
  }
  await writeFile(model, 'no weights');
  await assert.rejects(convertWeights(model, join(folder, 'a.pth')), { exitCode: 3 });
  await assert.rejects(convertWeights(join(folder, 'gone'), join(folder, 'a.pth')), { exitCode: 3 });
  assert.deepEqual(await readdir(folder), files);
});

test('a folder without write permission is an error', {
  skip: process.getuid?.() === 0 && 'root may write anywhere',
}, async (t) => {
  const folder = await temporaryFolder(t);
  await writeConstantModel(join(folder, 'model.safetensors'), ['a'], [0]);
  const closed = join(folder, 'closed');
  await mkdir(closed);
  await chmod(closed, 0o500);
  await assert.rejects(convertWeights(folder, join(closed, 'a.pth')), { exitCode: 1, message: /EACCES/ });
});
