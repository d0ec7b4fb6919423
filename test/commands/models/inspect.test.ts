import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspect } from '../../../dist/commands/models/inspect.js';
import { UserError } from '../../../dist/core/errors.js';
import { writeSafetensors } from '../../../dist/weights/formats/safetensors.js';
import { setEnvironment, shared, temporaryFolder, withoutShared } from '../../support.js';
import { constantState, writeConstantModel } from '../models.js';

const fails = (exitCode: number, message: RegExp) => (error: unknown) =>
  error instanceof UserError && error.exitCode === exitCode && message.test(error.message);

test('a fresh network: totals, shapes that were run, the layers of PyTorch', async (t) => {
  // Nothing is fetched, and no native engine is needed.
  setEnvironment(t, { ALEXFT_CACHE: await temporaryFolder(t) });
  const { total, trainable, layers, parameters, output, layer } = await inspect();
  assert.deepEqual([total, trainable, output, layer], [57012034, 57012034, [16, 2], undefined]);
  assert.equal(parameters.length, 16);
  assert.equal(
    parameters.reduce((sum, { count }) => sum + count, 0),
    total,
  );
  assert.equal(layers.length, 21);
  assert.equal(
    layers.reduce((sum, layer) => sum + layer.parameters, 0),
    total,
  );
  const shapes = new Map(layers.map(({ name, outputShape }) => [name, outputShape]));
  assert.deepEqual(shapes.get('features.0'), [16, 64, 55, 55]);
  assert.deepEqual(shapes.get('features.2'), [16, 64, 27, 27]);
  assert.deepEqual(shapes.get('features.3'), [16, 192, 27, 27]);
  assert.deepEqual(shapes.get('features.12'), [16, 256, 6, 6]);
  assert.deepEqual(shapes.get('avgpool'), [16, 256, 6, 6]);
  assert.deepEqual(shapes.get('classifier.0'), [16, 9216]);
  assert.deepEqual(shapes.get('classifier.5'), [16, 4096]);
});

test('--classes, --trainable', async () => {
  const thousand = await inspect([], { classes: 1000, trainable: 'head' });
  assert.deepEqual([thousand.total, thousand.output], [61100840, [16, 1000]]);
  assert.equal(thousand.trainable, 4096 * 1000 + 1000);
});

test('a layer, a model, both; a word that is neither', async (t) => {
  const folder = await temporaryFolder(t);
  const run = join(folder, 'run');
  await mkdir(run);
  await writeConstantModel(join(run, 'model.safetensors'), ['a', 'b', 'c'], [0, 0, 0]);
  assert.equal(
    (await inspect(['classifier.1'])).layer,
    'Linear(in_features=9216, out_features=4096, bias=True)',
  );
  const model = await inspect([run]);
  assert.deepEqual(model.output, [16, 3]);
  // As it was trained: the classifier, 288 * 32 + 32, 32 * 16 + 16, 16 * 3 + 3.
  assert.equal(model.trainable, 9248 + 528 + 51);
  for (const words of [
    [run, 'classifier.1'],
    ['classifier.1', join(run, 'model.safetensors')],
  ]) {
    const both = await inspect(words);
    assert.equal(both.layer, 'Linear(in_features=288, out_features=32, bias=True)');
    assert.equal(both.total, model.total);
  }
  await assert.rejects(
    inspect(['clasifier.1']),
    fails(2, /Expected a model on disk or a layer but received 'clasifier\.1'/),
  );
  await assert.rejects(inspect([folder]), fails(3, /contains no model\.safetensors/));
  await writeFile(join(folder, 'cut'), (await readFile(join(run, 'model.safetensors'))).subarray(0, 9000));
  await assert.rejects(inspect([join(folder, 'cut')]), fails(3, /cut/));
});

test('a Sequential is printed as PyTorch prints it', async () => {
  const { layer, tree } = await inspect(['features']);
  const lines = layer!.split('\n');
  assert.deepEqual([lines[0], lines.at(-1), lines.length], ['Sequential(', ')', 15]);
  assert.equal(lines[1], '  (0): Conv2d(3, 64, kernel_size=(11, 11), stride=(4, 4), padding=(2, 2))');
  assert.ok(tree.includes(`(features): ${lines.join('\n  ')}`));
  assert.equal((await inspect(['avgpool'])).layer, 'AdaptiveAvgPool2d(output_size=(6, 6))');
});

test('--weights: a file or a model’s folder must fit', async (t) => {
  const folder = await temporaryFolder(t);
  await writeSafetensors(join(folder, 'model.safetensors'), constantState([0, 0]), {});
  for (const weights of [folder, join(folder, 'model.safetensors')]) {
    await assert.rejects(
      inspect([], { weights }),
      fails(
        3,
        /don't fit this AlexNet:\n {2}features\.0\.weight: expected \[64,3,11,11\], found \[4,3,11,11\]/,
      ),
    );
  }
  await assert.rejects(inspect([], { weights: join(folder, 'gone') }), fails(3, /gone/));
});

test('--weights: convolutions alone are enough, and the classifier is what learns', {
  skip: withoutShared,
}, async () => {
  const weights = join(shared, 'models', 'alexnet-imagenet-features.safetensors');
  const { total, trainable } = await inspect([], { weights });
  assert.deepEqual([total, total - trainable], [57012034, 2469696]);
});
