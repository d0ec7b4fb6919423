// The server's predictions are those of `alexft predict`.

import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { predict } from '../../dist/commands/models/predict.js';
import type { ImageResult } from '../../dist/inference/predictResult.js';
import type { PredictOptions } from '../../dist/options/modelOptions.js';
import { engines } from '../engine/engines.js';
import { shared, withoutShared } from '../support.js';
import { ask, png, predictFile, startServing } from './serving.js';

async function predicted(paths: readonly string[], options: Partial<PredictOptions>): Promise<ImageResult[]> {
  const results: ImageResult[] = [];
  for await (const result of predict(paths, { noSetup: true, ...options })) results.push(result);
  return results;
}

/** Equal but for rounding, which depends on the size of the batch. */
function assertEqual(found: Record<string, unknown>, expected: ImageResult) {
  assert.ok('label' in expected, JSON.stringify(expected));
  assert.equal(found.label, expected.label);
  const probabilities = found.probabilities as Record<string, number>;
  assert.deepEqual(Object.keys(probabilities), Object.keys(expected.probabilities));
  for (const [name, probability] of Object.entries(expected.probabilities)) {
    assert.ok(Math.abs(probabilities[name]! - probability) < 1e-6, `${name}: ${probabilities[name]}`);
  }
  assert.equal(found.probability, probabilities[expected.label]);
}

for (const { device, skip } of await engines()) {
  test(`one image, and several in a form (${device})`, { skip }, async (t) => {
    const { url, model, paths, device: opened } = await startServing(t, { device });
    assert.ok(opened.startsWith(device));
    const expected = await predicted(paths, { model, device });
    const { status, body } = await predictFile(url, paths[0]!);
    assert.equal(status, 200);
    assert.deepEqual([body.schema, body.file], [1, '-']);
    assertEqual(body, expected[0]!);

    const form = new FormData();
    form.append('note', 'not an image');
    for (const [index, path] of paths.entries())
      form.append('image', new Blob([await readFile(path)]), `${index}.png`);
    const several = await ask(`${url}/predict`, { method: 'POST', body: form });
    assert.equal(several.status, 200);
    const results = several.body.results as Record<string, unknown>[];
    assert.deepEqual(
      results.map(({ file }) => file),
      paths.map((_, index) => `${index}.png`),
    );
    for (const [index, result] of results.entries()) assertEqual(result, expected[index]!);
  });
}

test('real photos in concurrent requests', { skip: withoutShared }, async (t) => {
  const { url, model, messages } = await startServing(t, { maxBatch: 8 });
  const photos = join(shared, 'data', 'PetImages', 'Cat');
  const paths = (await readdir(photos)).slice(0, 24).map((name) => join(photos, name));
  const expected = await predicted(paths, { model, device: 'wasm' });
  const answers = await Promise.all(paths.map((path) => predictFile(url, path)));
  for (const [index, { status, body }] of answers.entries()) {
    assert.equal(status, 200);
    assertEqual(body, expected[index]!);
  }
  assert.deepEqual(messages, []);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const batches = Number(/^alexft_batches_total (\d+)$/m.exec(metrics)![1]);
  assert.ok(batches >= 3 && batches < 24, `${batches} batches for 24 images`);
});

test('?explain=1 adds the Grad-CAM, whose maximum is 1, or 0 where nothing supports the class', async (t) => {
  const { url, paths } = await startServing(t);
  const maxima: number[] = [];
  for (const path of paths) {
    const body = await readFile(path);
    const explained = await ask(`${url}/predict?explain=1`, { method: 'POST', headers: png, body });
    const { side, values } = explained.body.heat as { side: number; values: number[] };
    assert.equal(side, 13);
    assert.equal(values.length, 13 * 13);
    assert.ok(Math.min(...values) >= 0);
    maxima.push(Math.max(...values));
    const { body: plain } = await ask(`${url}/predict`, { method: 'POST', headers: png, body });
    const { heat, ...rest } = explained.body;
    assert.deepEqual(rest, plain);
  }
  assert.ok(maxima.includes(1) && maxima.every((value) => value === 0 || value === 1), maxima.join());
});

test('images that can not be read: the reason of predict, 422 if there is no other image', async (t) => {
  const { url, folder, model, paths } = await startServing(t);
  const broken = join(folder, 'broken.png');
  await writeFile(broken, (await readFile(paths[0]!)).subarray(0, 300));
  const [expected] = await predicted([broken], { model, device: 'wasm' });
  assert.ok(expected && 'error' in expected);
  const { status, body } = await predictFile(url, broken);
  assert.deepEqual([status, body], [422, { schema: 1, file: '-', error: expected.error }]);

  const form = new FormData();
  form.append('a', new Blob([await readFile(broken)]), '<b>.png');
  const one = await ask(`${url}/predict`, { method: 'POST', body: form });
  assert.deepEqual([one.status, one.body.results], [422, [{ file: '<b>.png', error: expected.error }]]);
  form.append('b', new Blob([await readFile(paths[1]!)]), 'good.png');
  const two = await ask(`${url}/predict`, { method: 'POST', body: form });
  assert.equal(two.status, 200);
  assert.equal((two.body.results as Record<string, unknown>[])[1]!.file, 'good.png');
  assert.equal((await predictFile(url, paths[0]!)).status, 200);
});
