import assert from 'node:assert/strict';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { evaluate } from '../../../dist/commands/models/evaluate.js';
import { predict } from '../../../dist/commands/models/predict.js';
import { UserError } from '../../../dist/core/errors.js';
import { drawFolder } from '../../data/colouredFolder.js';
import { engines } from '../../engine/engines.js';
import { temporaryFolder } from '../../support.js';
import { writeConstantModel } from '../models.js';
import { trainNarrow } from '../narrow.js';

const fails = (exitCode: number, message: RegExp) => (error: unknown) =>
  error instanceof UserError && error.exitCode === exitCode && message.test(error.message);

for (const { device, skip } of await engines()) {
  test(`a model that always says the same, counted by hand; classes are matched by name (${device})`, {
    skip,
  }, async (t) => {
    const folder = await temporaryFolder(t);
    const data = join(folder, 'images');
    const { paths } = await drawFolder(data, [3, 2]);
    await rename(join(data, 'class-0'), join(data, 'dog'));
    await rename(join(data, 'class-1'), join(data, 'cat'));
    await writeFile(paths[0]!.replace('class-0', 'dog'), '');
    const model = join(folder, 'model.safetensors');
    // The order of the model is not the folder's, and of one class there is no image.
    await writeConstantModel(model, ['dog', 'bird', 'cat'], [2, 0, 1]);
    const messages: string[] = [];
    const context = { onMessage: (message: string) => messages.push(message), onProgress: () => {} };
    const { loss, ...rest } = await evaluate({ data, model, device, noSetup: true, batchSize: 2 }, context);
    assert.deepEqual(rest, {
      images: 4,
      skipped: 1,
      accuracy: 0.5,
      classes: ['dog', 'bird', 'cat'],
      perClass: {
        dog: { images: 2, precision: 0.5, recall: 1, f1: 2 / 3 },
        bird: { images: 0, precision: 0, recall: 0, f1: 0 },
        cat: { images: 2, precision: 0, recall: 0, f1: 0 },
      },
      confusion: [
        [2, 0, 0],
        [0, 0, 0],
        [2, 0, 0],
      ],
    });
    const logSum = Math.log(Math.exp(2) + Math.exp(0) + Math.exp(1));
    assert.ok(Math.abs(loss - (logSum - 2 + (logSum - 1)) / 2) < 1e-6, `${loss}`);
    assert.ok(messages.includes('Skipped dog/0000.png: empty file'), messages.join('\n'));
  });
}

for (const { device, skip } of await engines()) {
  test(`the confusion is what predict says, one by one (${device})`, { skip }, async (t) => {
    const folder = await temporaryFolder(t);
    const data = join(folder, 'images');
    const { paths, labels } = await drawFolder(data, [8, 6, 7]);
    const model = join(folder, 'run');
    await trainNarrow({ data, out: model, device, epochs: 2 });
    const { confusion, accuracy, classes } = await evaluate({ data, model, device, noSetup: true });
    const counted = classes.map(() => classes.map(() => 0));
    for await (const result of predict(paths, { model, device, noSetup: true })) {
      assert.ok('label' in result);
      counted[labels[paths.indexOf(result.file)]!]![classes.indexOf(result.label)]! += 1;
    }
    assert.deepEqual(confusion, counted);
    assert.ok(Math.abs(accuracy - (counted[0]![0]! + counted[1]![1]! + counted[2]![2]!) / 21) < 1e-12);
  });
}

test('what can not be evaluated', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  const { paths } = await drawFolder(data, [1, 1]);
  const model = join(folder, 'model.safetensors');
  await writeConstantModel(model, ['class-0', 'other'], [1, 0]);
  await assert.rejects(evaluate({ model, noSetup: true }), fails(2, /--data is missing/));
  const unknown = evaluate({ data, model, noSetup: true, device: 'wasm' });
  await assert.rejects(unknown, fails(3, /has unknown classes: 'class-1'/));
  assert.equal(tf.memory().numTensors, 0, 'the network is let go');
  await rm(join(data, 'class-1'), { recursive: true });
  await writeFile(paths[0]!, 'no image');
  await assert.rejects(
    evaluate({ data, model, noSetup: true }),
    fails(3, /None of the 1 images can be read/),
  );
});

test('the signal ends it', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  await drawFolder(data, [8, 8]);
  const model = join(folder, 'model.safetensors');
  await writeConstantModel(model, ['class-0', 'class-1'], [1, 0]);
  const controller = new AbortController();
  const done: number[] = [];
  const context = {
    onMessage: () => {},
    onProgress: (label: string, images: number) => {
      if (label !== 'Evaluating') return; // the scan before it
      done.push(images);
      if (images === 2) controller.abort();
    },
    signal: controller.signal,
  };
  await assert.rejects(evaluate({ data, model, noSetup: true, batchSize: 2 }, context), {
    name: 'AbortError',
  });
  assert.deepEqual(done, [1, 2]);
});
