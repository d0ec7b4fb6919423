// alexft export --quantize: sizes, and the accuracy that it costs.

import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { evaluate } from '../../../dist/commands/models/evaluate.js';
import { exportModel } from '../../../dist/commands/models/export.js';
import type { DescriptionFile } from '../../../dist/export/description.js';
import { readModel, writeModel } from '../../../dist/weights/modelFile.js';
import { drawFolder } from '../../data/colouredFolder.js';
import { temporaryFolder } from '../../support.js';
import { writeRandomModel } from '../models.js';
import { only, trainNarrow } from '../narrow.js';

const wasm = { device: 'wasm', noSetup: true } as const;

/** A trained run with validation images. */
async function trainedRun(t: TestContext) {
  const folder = await temporaryFolder(t);
  const [data, out] = [join(folder, 'images'), join(folder, 'run')];
  await drawFolder(data, [30, 30]);
  const training = { data, out, device: 'wasm', epochs: 3, trainable: 'classifier', lr: 0.01 } as const;
  const { events } = await trainNarrow(training);
  const { best } = only(events, 'done');
  return { folder, data, out, accuracy: best.valAccuracy! };
}

/** The size of the weights, and the description. */
async function exported(folder: string) {
  const shards = (await readdir(folder)).filter((name) => name.endsWith('.bin'));
  const sizes = await Promise.all(shards.map(async (name) => (await readFile(join(folder, name))).length));
  const description = JSON.parse(await readFile(join(folder, 'alexft.json'), 'utf8')) as DescriptionFile;
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), description };
}

test('the accuracy before and after is measured on the validation images of the run', async (t) => {
  const { folder, data, out, accuracy } = await trainedRun(t);
  const plain = join(folder, 'plain');
  await exportModel(out, plain, { ...wasm, to: 'tfjs' });
  const { bytes } = await exported(plain);
  const tensors = tf.memory().numTensors;
  for (const [quantize, least, most] of [
    ['float16', 0.5, 0.55],
    ['int8', 0.25, 0.45],
  ] as const) {
    const to = join(folder, quantize);
    // The model in the run's folder belongs to the run as well.
    const from = quantize === 'int8' ? join(out, 'model.safetensors') : out;
    const result = await exportModel(from, to, { ...wasm, to: 'tfjs', quantize, maxLoss: 100 });
    const { description, bytes: smaller } = await exported(to);
    assert.ok(smaller > least * bytes && smaller < most * bytes, `${smaller} of ${bytes}`);
    assert.ok(result.proof.proven && result.proof.largestDifference < 1e-5);
    assert.deepEqual(description.quantization, result.quantization);
    assert.equal(result.quantization!.type, quantize);
    const { images, original } = result.quantization!.accuracy!;
    assert.equal(images, 6);
    assert.ok(Math.abs(original - accuracy) < 1e-9);
  }
  assert.equal(tf.memory().numTensors, tensors);

  const other = { ...wasm, to: 'tfjs', quantize: 'float16', data } as const;
  const { quantization } = await exportModel(out, join(folder, 'other'), other);
  const all = await evaluate({ data, model: out, ...wasm });
  assert.deepEqual([quantization!.accuracy!.images, quantization!.accuracy!.original], [60, all.accuracy]);

  await rename(data, join(folder, 'moved'));
  await assert.rejects(exportModel(out, join(folder, 'gone'), { ...wasm, to: 'web', quantize: 'int8' }), {
    exitCode: 3,
    message: /Validation images of the run are missing, such as '.*images/,
    hint: /--data/,
  });
});

test('a loss of more than --max-loss is refused, and nothing is written', async (t) => {
  const { folder, out } = await trainedRun(t);
  const { tensors, ...description } = await readModel(out);
  // A weight without effect, as its hidden unit is always 0: it leaves int8 no levels for the others.
  const [hidden, bias, last] = ['classifier.4.weight', 'classifier.4.bias', 'classifier.6.weight'].map(
    (name) => tensors.get(name)!,
  );
  hidden!.data.fill(0, 0, hidden!.shape[1]!);
  bias!.data[0] = -1;
  last!.data[0] = 1e6;
  await writeModel(join(out, 'model.safetensors'), tensors, description);
  const to = join(folder, 'out');
  const options = { ...wasm, to: 'web', quantize: 'int8' } as const;
  await assert.rejects(exportModel(out, to, options), {
    exitCode: 1,
    message:
      /int8 loses \d+\.\d percentage points of accuracy on 6 images .*--max-loss 1\. Nothing was written/,
    hint: /float16/,
  });
  assert.deepEqual((await readdir(folder)).sort(), ['images', 'run']);
  const { quantization } = await exportModel(out, to, { ...options, maxLoss: 100 });
  assert.ok(quantization!.accuracy!.quantized < quantization!.accuracy!.original);
});

test('without validation images the accuracy is absent; options that do not fit are refused', async (t) => {
  const folder = await temporaryFolder(t);
  const [model, out] = [join(folder, 'm.safetensors'), join(folder, 'out')];
  await writeRandomModel(model, ['Cat', 'Dog']);
  await mkdir(join(folder, 'empty'));
  for (const [options, message] of [
    [{ to: 'savedmodel', quantize: 'int8' }, /--quantize is for --to web and tfjs, not for savedmodel/],
    [{ to: 'web', quantize: 'int8', maxLoss: 2 }, /--max-loss needs validation images/],
    [{ to: 'web', maxLoss: 2 }, /--max-loss is for --quantize/],
    [{ to: 'web', data: folder }, /--data is for --quantize/],
    [{ to: 'web', logits: true }, /--logits is not for --to web/],
  ] as const) {
    await assert.rejects(exportModel(model, out, { ...wasm, ...options }), { exitCode: 2, message });
  }
  const quantized = { ...wasm, to: 'web', quantize: 'int8' } as const;
  await assert.rejects(exportModel(model, out, { ...quantized, data: join(folder, 'empty') }), {
    exitCode: 3,
  });
  const { quantization, proof } = await exportModel(model, out, quantized);
  assert.deepEqual(quantization, { type: 'int8' });
  assert.ok(proof.proven);
});
