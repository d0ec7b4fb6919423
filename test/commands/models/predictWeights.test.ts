// predict and evaluate with weights instead of a model.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { evaluate } from '../../../dist/commands/models/evaluate.js';
import { predict } from '../../../dist/commands/models/predict.js';
import { convertWeights } from '../../../dist/commands/models/weightsConvert.js';
import type { ImageResult } from '../../../dist/inference/predictResult.js';
import type { PredictOptions } from '../../../dist/options/modelOptions.js';
import { writeSafetensors } from '../../../dist/weights/formats/safetensors.js';
import { writeTorch } from '../../../dist/weights/torch/torchWriter.js';
import { drawFolder } from '../../data/colouredFolder.js';
import { setEnvironment, temporaryFolder } from '../../support.js';
import { constantState, writeConstantModel } from '../models.js';

const wasm = { device: 'wasm', noSetup: true } as const;

async function all(images: string[], options: Partial<PredictOptions>, messages: string[] = []) {
  const results: ImageResult[] = [];
  const context = { onMessage: (message: string) => messages.push(message), onProgress: () => {} };
  for await (const result of predict(images, { ...wasm, ...options }, context)) results.push(result);
  return results;
}

test('a thousand classes are ImageNet’s, each with its own probability', async (t) => {
  const folder = await temporaryFolder(t);
  const { paths } = await drawFolder(join(folder, 'images'), [1]);
  const weights = join(folder, 'thousand.pth');
  const logits = Array.from({ length: 1000 }, (_, i) => (i === 517 ? 9 : i === 134 ? 8 : 0));
  await writeTorch(weights, constantState(logits), {});
  const messages: string[] = [];
  const [result] = await all(paths, { weights }, messages);
  assert.ok(result && 'label' in result);
  assert.equal(result.label, 'crane');
  assert.equal(Object.keys(result.probabilities).length, 1000);
  const sum = Math.exp(9) + Math.exp(8) + 998;
  assert.ok(Math.abs(result.probabilities['crane bird']! - Math.exp(8) / sum) < 1e-5); // wasm adds a thousand one by one
  assert.deepEqual(messages, [
    `'${weights}' contains no class names. It has 1000 classes: using the names of ImageNet.`,
  ]);
});

test('one output is refused without the names of two classes, and is a sigmoid with them', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  const { paths } = await drawFolder(data, [1, 2]);
  const weights = join(folder, 'sigmoid.pth');
  await writeTorch(weights, constantState([1.5]), {});
  await assert.rejects(all(paths, { weights }), {
    exitCode: 3,
    message: /Expected one output per class in '.*sigmoid\.pth' but found a single one/,
    hint: /--classes NAME,NAME/,
  });
  const classes = ['class-0', 'class-1'];
  const messages: string[] = [];
  const [result] = await all(paths, { weights, classes }, messages);
  assert.ok(result && 'label' in result);
  const sigmoid = 1 / (1 + Math.exp(-1.5));
  assert.equal(result.label, 'class-1');
  assert.ok(Math.abs(result.probabilities['class-1']! - sigmoid) < 1e-6);
  assert.ok(Math.abs(result.probabilities['class-0']! - (1 - sigmoid)) < 1e-6);
  assert.deepEqual(messages, []);
  assert.equal((await evaluate({ data, weights, classes, ...wasm })).accuracy, 2 / 3);
  await assert.rejects(all(paths, { model: weights, classes }), {
    exitCode: 2,
    message: /--classes is for --weights/,
  });
  await assert.rejects(all(paths, { model: weights, resize: 'crop' }), {
    exitCode: 2,
    message: /--resize is for --weights/,
  });
});

test('of two networks in a file the one with the name of a model predicts, and a message says so', async (t) => {
  const folder = await temporaryFolder(t);
  const { paths } = await drawFolder(join(folder, 'images'), [1]);
  const weights = join(folder, 'two.safetensors');
  const prefixed = (prefix: string, logits: number[]) =>
    [...constantState(logits)].map(([name, tensor]) => [`${prefix}.${name}`, tensor] as const);
  await writeSafetensors(
    weights,
    new Map([...prefixed('ema.module', [2, 0]), ...prefixed('model', [0, 2])]),
    {},
  );
  const messages: string[] = [];
  const labelWith = async (given: string) => {
    const [result] = await all(paths, { weights: given, classes: ['a', 'b'] }, messages);
    return result && 'label' in result && result.label;
  };
  assert.equal(await labelWith(weights), 'b');
  assert.match(messages.pop()!, /contains several AlexNets: 'model', 'ema\.module'\. Using 'model'/);
  assert.equal(await labelWith(`${weights}#ema`), 'a');
  assert.deepEqual(messages, []);
});

test('a model that was converted answers as before; another file has numbers for classes', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  const { paths } = await drawFolder(data, [2, 1]);
  const model = join(folder, 'model.safetensors');
  await writeConstantModel(model, ['class-0', 'class-1'], [1, 0]);
  const weights = join(folder, 'model.pth');
  await convertWeights(model, weights);
  assert.deepEqual(await all(paths, { weights }), await all(paths, { model }));
  assert.equal((await evaluate({ data, weights, ...wasm })).accuracy, 2 / 3);

  await writeTorch(weights, constantState([1, 0]), {});
  const messages: string[] = [];
  const [result] = await all(paths, { weights }, messages);
  assert.equal(result && 'label' in result && result.label, 'class 0');
  assert.match(messages.join(), /using 'class 0' to 'class 1'/);
});

test('weights that name no classes, or are not available, are reported before anything is fetched', async (t) => {
  const folder = await temporaryFolder(t);
  const { paths } = await drawFolder(join(folder, 'images'), [1]);
  setEnvironment(t, { ALEXFT_CACHE: join(folder, 'cache'), TORCH_HOME: join(folder, 'torch') });
  for (const [options, expected] of [
    [
      { weights: 'imagenet' },
      { exitCode: 3, message: /'imagenet' are not on this machine/, hint: /Allow downloads once/ },
    ],
    // Not even where fetching is allowed.
    [
      { weights: 'imagenet-features', noSetup: false },
      { exitCode: 3, message: /have no classifier/ },
    ],
    [{ weights: 'none' }, { exitCode: 2, message: /--weights none has no classes/ }],
    [
      { weights: 'imagenet', model: 'x' },
      { exitCode: 2, message: /--model and --weights/ },
    ],
    [{ weights: join(folder, 'gone.pth') }, { exitCode: 3, message: /There are no weights '.*gone\.pth'/ }],
  ] as const) {
    await assert.rejects(all(paths, options), expected);
  }
  assert.equal(existsSync(join(folder, 'cache')), false);
});
