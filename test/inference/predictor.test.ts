import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ImageFile } from '../../dist/data/imageFile.js';
import { openPredictor } from '../../dist/inference/predictor.js';
import { predictOptions } from '../../dist/options/modelOptions.js';
import { withDefaults } from '../../dist/options/option.js';
import { writeConstantModel } from '../commands/models.js';
import { drawFolder } from '../data/colouredFolder.js';
import { open } from '../engine/engines.js';
import { temporaryFolder } from '../support.js';

test('a predictor is opened once and predicts for images that arrive later, paths and bytes', async (t) => {
  const folder = await temporaryFolder(t);
  const { paths } = await drawFolder(join(folder, 'images'), [3, 2]);
  const model = join(folder, 'model.safetensors');
  await writeConstantModel(model, ['a', 'b'], [1, 0]);
  const engine = await open('wasm');
  const handles = engine.handles();
  const context = { onMessage: () => {}, onProgress: () => {} };
  const options = withDefaults(predictOptions, { model, device: 'wasm', batchSize: 2 });
  const predictor = await openPredictor(options, undefined, context);
  const predict = async (files: readonly ImageFile[]) => {
    const outcomes: (number | string)[] = [];
    let next = 0;
    for await (const outcome of predictor.predict(files)) {
      assert.equal(outcome.index, next++, 'in the order of the files');
      outcomes.push('unreadable' in outcome ? outcome.unreadable : outcome.probabilities[0]!);
    }
    return outcomes;
  };
  const first = 1 / (1 + Math.exp(-1));
  const isFirst = (value: number | string) =>
    assert.ok(Math.abs(Number(value) - first) < 1e-6, String(value));
  const all = await predict(paths);
  assert.equal(all.length, 5);
  all.forEach(isFirst);
  assert.deepEqual(await predict([]), []);
  const later = join(folder, 'later.png');
  await writeFile(later, await readFile(paths[4]!));
  const [gone, ...others] = await predict([join(folder, 'gone.png'), later, await readFile(later)]);
  assert.equal(gone, 'no such file');
  others.forEach(isFirst);
  await predictor[Symbol.asyncDispose]();
  assert.equal(engine.handles(), handles);
});

test('a predictor that can not be opened leaves nothing behind', async (t) => {
  const folder = await temporaryFolder(t);
  const engine = await open('wasm');
  const handles = engine.handles();
  const context = { onMessage: () => {}, onProgress: () => {} };
  const options = withDefaults(predictOptions, { model: join(folder, 'gone'), device: 'wasm' });
  await assert.rejects(openPredictor(options, 5, context), /no model at/);
  assert.equal(engine.handles(), handles);
});
