import assert from 'node:assert/strict';
import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { predict } from '../../../dist/commands/models/predict.js';
import { UserError } from '../../../dist/core/errors.js';
import type { ImageResult } from '../../../dist/inference/predictResult.js';
import type { PredictOptions } from '../../../dist/options/modelOptions.js';
import { drawFolder } from '../../data/colouredFolder.js';
import { engines } from '../../engine/engines.js';
import { temporaryFolder } from '../../support.js';
import { writeConstantModel } from '../models.js';
import { trainNarrow } from '../narrow.js';

async function all(images: string[], options: Partial<PredictOptions>, messages: string[] = []) {
  const results: ImageResult[] = [];
  const context = { onMessage: (message: string) => messages.push(message), onProgress: () => {} };
  for await (const result of predict(images, { noSetup: true, ...options }, context)) results.push(result);
  return results;
}
const fails = (exitCode: number, message: RegExp) => (error: unknown) =>
  error instanceof UserError && error.exitCode === exitCode && message.test(error.message);

for (const { device, skip } of await engines()) {
  test(`probabilities are the softmax of the logits, by class (${device})`, { skip }, async (t) => {
    const folder = await temporaryFolder(t);
    const { paths } = await drawFolder(join(folder, 'images'), [1, 1]);
    const model = join(folder, 'model.safetensors');
    await writeConstantModel(model, ['x', 'a', '7'], [1, 3, 0]);
    const sum = Math.exp(1) + Math.exp(3) + 1;
    for (const result of await all(paths, { model, device })) {
      assert.ok('label' in result);
      assert.equal(result.label, 'a');
      assert.ok(Math.abs(result.probability - Math.exp(3) / sum) < 1e-6);
      assert.equal(result.probabilities.a, result.probability);
      assert.ok(Math.abs(result.probabilities.x! - Math.exp(1) / sum) < 1e-6);
      assert.ok(Math.abs(result.probabilities['7']! - 1 / sum) < 1e-6);
    }
  });
}

for (const { device, skip } of await engines()) {
  test(`what was trained is recognized, in any batch size (${device})`, { skip }, async (t) => {
    const folder = await temporaryFolder(t);
    const data = join(folder, 'images');
    const { paths, labels } = await drawFolder(data, [12, 12]);
    const model = join(folder, 'run');
    await trainNarrow({ data, out: model, device, epochs: 10 });
    const results = await all([data], { model, device });
    assert.deepEqual(
      results.map((result) => 'label' in result && result.label),
      labels.map((label) => `class-${label}`),
    );
    assert.deepEqual(
      results.map(({ file }) => file),
      paths,
    );
    for (const [i, result] of (await all([data], { model, device, batchSize: 5 })).entries()) {
      const other = results[i]!;
      assert.ok('label' in result && 'label' in other);
      assert.ok(Math.abs(result.probability - other.probability) < 1e-5);
    }
  });
}

test('files, folders, patterns and lists, in the order in which they are named; paths as they were given', async (t) => {
  const folder = await temporaryFolder(t);
  await drawFolder(join(folder, 'images'), [2, 2]);
  const here = process.cwd();
  t.after(() => process.chdir(here));
  process.chdir(folder);
  const images = 'images';
  const model = join(folder, 'model.safetensors');
  await writeConstantModel(model, ['a', 'b'], [1, 0]);
  await writeFile(join(images, 'class-1', 'notes.txt'), 'no image');
  await writeFile(join(folder, 'broken.jpg'), 'no image');
  const list = join(folder, 'list');
  await writeFile(list, `${images}/class-1/0000.png\r\n\n${images}/gone.png\n`);
  const results = await all(
    [`${images}/class-1/0001.png`, join(folder, 'broken.jpg'), `${images}/class-0/`, `${images}/*/0001.png`],
    { model, filesFrom: list, batchSize: 2 },
  );
  assert.deepEqual(
    results.map((result) => [result.file, 'error' in result]),
    [
      [`${images}/class-1/0001.png`, false],
      [join(folder, 'broken.jpg'), true],
      [`${images}/class-0/0000.png`, false],
      [`${images}/class-0/0001.png`, false],
      [`${images}/class-0/0001.png`, false],
      [`${images}/class-1/0001.png`, false],
      [`${images}/class-1/0000.png`, false],
      [`${images}/gone.png`, true],
    ],
  );
  const gone = results.at(-1)!;
  assert.equal('error' in gone && gone.error, 'no such file');
});

test('nothing but unreadable images is still a result for each', async (t) => {
  const folder = await temporaryFolder(t);
  const model = join(folder, 'model.safetensors');
  await writeConstantModel(model, ['a', 'b'], [1, 0]);
  const results = await all([join(folder, 'a.jpg'), join(folder, 'b.jpg')], { model });
  assert.deepEqual(results, [
    { file: join(folder, 'a.jpg'), error: 'no such file' },
    { file: join(folder, 'b.jpg'), error: 'no such file' },
  ]);
});

test('nothing to look at is an error', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'empty'));
  await writeFile(join(folder, 'list'), '\n');
  await assert.rejects(all([], {}), fails(2, /No image is named/));
  await assert.rejects(all([join(folder, 'empty')], {}), fails(3, /There is no image in .*empty/));
  await writeFile(join(folder, 'empty', 'a.gif'), '');
  await assert.rejects(all([join(folder, 'empty')], {}), fails(3, /empty\. Found only: \.gif 1\.$/));
  await assert.rejects(all([join(folder, '*.gif')], {}), fails(3, /There is no image in .*\*\.gif/));
  await assert.rejects(all([], { filesFrom: join(folder, 'gone') }), fails(3, /gone' can't be read: ENOENT/));
});

test('a model that can not be used: none, an empty folder, a file that is something else', async (t) => {
  const folder = await temporaryFolder(t);
  const { paths } = await drawFolder(join(folder, 'images'), [1, 1]);
  const here = process.cwd();
  t.after(() => process.chdir(here));
  process.chdir(folder);
  await assert.rejects(all(paths, {}), fails(3, /no complete run under models/));
  await assert.rejects(all(paths, { model: 'gone' }), fails(3, /no model at 'gone'/));
  await assert.rejects(all(paths, { model: 'images' }), fails(3, /'images' contains no model\.safetensors/));
  await assert.rejects(all(paths, { model: paths[0]! }), fails(3, /0000\.png/));
});

test('the newest model is that of the latest complete run, and it is said which', async (t) => {
  const folder = await temporaryFolder(t);
  const { paths } = await drawFolder(join(folder, 'images'), [1, 1]);
  for (const [i, [name, state]] of [
    ['zz-oldest', 'complete'],
    ['b-newest', 'complete'],
    ['c-interrupted', 'interrupted'],
    ['d-running', 'running'],
  ].entries()) {
    const run = join(folder, 'models', name!);
    await mkdir(run, { recursive: true });
    await writeConstantModel(join(run, 'model.safetensors'), [name!, 'other'], [1, 0]);
    await writeFile(join(run, 'run.json'), JSON.stringify({ state }));
    await utimes(join(run, 'model.safetensors'), i, i);
  }
  const here = process.cwd();
  t.after(() => process.chdir(here));
  process.chdir(folder);
  const labelled = async () => {
    const messages: string[] = [];
    const [result] = await all([paths[0]!], {}, messages);
    return [result && 'label' in result && result.label, messages[0]];
  };
  assert.deepEqual(await labelled(), ['b-newest', `Using the newest model, ${join('models', 'b-newest')}`]);
  await rm(join('models', 'b-newest', 'model.safetensors'));
  await writeFile(join('models', 'c-interrupted', 'run.json'), 'no JSON');
  assert.equal((await labelled())[0], 'zz-oldest');
});
