// predict and evaluate with weights in place of a model.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { evaluate } from '../../dist/commands/evaluate.js';
import { predict } from '../../dist/commands/predict.js';
import { convertWeights } from '../../dist/commands/weightsConvert.js';
import type { ImageResult } from '../../dist/inference/predictResult.js';
import type { PredictOptions } from '../../dist/options/modelOptions.js';
import { writeTorch } from '../../dist/weights/torch/torchWriter.js';
import { drawFolder } from '../data/colouredFolder.js';
import { setEnvironment, temporaryFolder } from '../support.js';
import { constantState, writeConstantModel } from './models.js';

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

test("weights that name no classes, or can't be had, are told of before anything is fetched", async (t) => {
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
