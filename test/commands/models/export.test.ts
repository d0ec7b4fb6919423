// alexft export: targets, descriptions, and outputs that are not replaced.

import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { exportModel } from '../../../dist/commands/models/export.js';
import { predict } from '../../../dist/commands/models/predict.js';
import { showExport } from '../../../dist/commands/models/showExport.js';
import { showWeights } from '../../../dist/commands/models/weightsShow.js';
import { version } from '../../../dist/core/version.js';
import type { DescriptionFile } from '../../../dist/export/description.js';
import { sha256OfFile } from '../../../dist/io/atomic.js';
import type { ExportOptions } from '../../../dist/options/exportOptions.js';
import { writeSafetensors } from '../../../dist/weights/formats/safetensors.js';
import { readModel } from '../../../dist/weights/modelFile.js';
import { engines } from '../../engine/engines.js';
import { temporaryFolder } from '../../support.js';
import { constantState, writeRandomModel } from '../models.js';

const [{ skip: withoutTensorFlow } = { skip: 'no engine' }] = await engines();
const wasm = { device: 'wasm' } as const;

async function folderWithModel(t: TestContext): Promise<{ folder: string; model: string }> {
  const folder = await temporaryFolder(t);
  const model = join(folder, 'model.safetensors');
  await writeRandomModel(model, ['Cat', 'Dog']);
  return { folder, model };
}

const webFiles = [
  ...['NOTICE.txt', 'alexft.json', 'group1-shard1of1.bin', 'index.html', 'model.json', 'page.css', 'page.js'],
  'tfjs-backend-wasm-simd.wasm',
].map((name) => `web/${name}`);

const descriptionAt = async (file: string): Promise<DescriptionFile> =>
  JSON.parse(await readFile(file, 'utf8'));

test('each target has its files and a description with golden images that predict agrees with', async (t) => {
  const { folder, model } = await folderWithModel(t);
  const targets: [out: string, options: Partial<ExportOptions>, files: string[]][] = [
    ['m.onnx', {}, ['m.onnx', 'm.onnx.alexft.json']],
    ['m.pt', {}, ['m.pt', 'm.pt.alexft.json']],
    ['tfjs/', { to: 'tfjs' }, ['tfjs/alexft.json', 'tfjs/group1-shard1of1.bin', 'tfjs/model.json']],
    ['web', { to: 'web' }, webFiles],
    ...(withoutTensorFlow
      ? []
      : ([['saved', { to: 'savedmodel', device: 'cpu' }, ['saved/alexft.json', 'saved/saved_model.pb']]] as [
          string,
          object,
          string[],
        ][])),
  ];
  for (const [out, options, files] of targets) {
    const exported = await exportModel(folder, join(folder, out), { ...wasm, ...options });
    assert.deepEqual(
      exported.files,
      files.map((file) => join(folder, file)),
    );
    const description = await descriptionAt(exported.files.find((file) => file.endsWith('alexft.json'))!);
    const sizes = await Promise.all(exported.files.map(async (file) => (await readFile(file)).length));
    assert.equal(
      exported.bytes,
      sizes.reduce((sum, size) => sum + size, 0),
    );
    assert.deepEqual(description.proof, exported.proof);
    assert.deepEqual(description.classes, ['Cat', 'Dog']);
    assert.deepEqual(
      [description.schema, description.alexft, description.target],
      [1, version, exported.target],
    );
    assert.equal(description.source.sha256, await sha256OfFile(model));
    assert.equal(description.input.normalized, exported.target !== 'web');
    assert.equal(description.golden.length, 4);

    const images = join(folder, 'golden');
    await mkdir(images);
    for (const [index, { png }] of description.golden.entries()) {
      await writeFile(join(images, `${index}.png`), Buffer.from(png, 'base64'));
    }
    let index = 0;
    for await (const result of predict([images], { model, ...wasm })) {
      const { label, output } = description.golden[index++]!;
      assert.ok('label' in result && result.label === label);
      if (description.output.name === 'logits') continue;
      assert.ok(Math.abs(result.probabilities.Cat! - output[0]!) < 1e-5);
    }
    await rm(images, { recursive: true });
  }
});

test('logits, bytes and a missing runtime are described', async (t) => {
  const { folder, model } = await folderWithModel(t);
  const out = join(folder, 'tfjs');
  const { proof } = await exportModel(model, out, { ...wasm, to: 'tfjs', logits: true, input: 'uint8' });
  assert.ok(proof.proven && proof.runtime === 'TensorFlow.js');
  const { input, output, golden } = await descriptionAt(join(out, 'alexft.json'));
  assert.deepEqual(input, {
    name: 'input',
    type: 'int32',
    layout: 'NHWC',
    shape: ['n', 224, 224, 3],
    normalized: false,
  });
  assert.equal(output.name, 'logits');
  assert.ok(golden.some(({ output: [one, two] }) => Math.abs(one! + two! - 1) > 0.01));

  const saved = await exportModel(model, join(folder, 'saved'), { ...wasm, to: 'savedmodel' });
  assert.deepEqual(saved.proof, {
    proven: false,
    runtime: 'TensorFlow',
    reason: 'the engine is WebAssembly',
    fix: 'set it up with alexft setup, and use --device cpu',
  });
});

test('weights of other programs are exported with the names of --classes; a .pth stays a model', async (t) => {
  const folder = await temporaryFolder(t);
  const weights = join(folder, 'w.safetensors');
  await writeSafetensors(weights, constantState([1, 2, 3]), {});
  const out = join(folder, 'm.pth');
  await exportModel(weights, out, { ...wasm, classes: ['a', 'b', 'c'] });
  assert.deepEqual((await readModel(out)).classes, ['a', 'b', 'c']);
});

test('weights show says what an export is', async (t) => {
  const { folder, model } = await folderWithModel(t);
  const [onnx, tfjs, torch] = [join(folder, 'm.onnx'), join(folder, 'tfjs'), join(folder, 'm.pth')];
  await exportModel(model, onnx, wasm);
  const { bytes, proof } = await exportModel(model, tfjs, { ...wasm, to: 'tfjs' });
  const { golden: _, ...description } = await descriptionAt(join(tfjs, 'alexft.json'));
  assert.deepEqual(await showExport(tfjs), { file: tfjs, bytes, export: description });
  assert.deepEqual(description.proof, proof);
  assert.equal((await showExport(onnx))!.export.target, 'onnx');

  // A state dict has weights to show.
  await exportModel(model, torch, wasm);
  assert.equal(await showExport(torch), undefined);
  assert.equal((await showWeights(torch)).metadata.producer, 'alexft');

  for (const text of [
    'no JSON',
    '{"schema":1}',
    JSON.stringify({ ...description, proof: { proven: true } }),
  ]) {
    await writeFile(join(tfjs, 'alexft.json'), text);
    assert.equal(await showExport(tfjs), undefined);
  }
  assert.equal(await showExport(join(folder, 'gone')), undefined);
});

test('an export without its description is named', async (t) => {
  const { folder, model } = await folderWithModel(t);
  const names = ['ü'.repeat(60), 'Cat\u001a', 'Dog'];
  await writeRandomModel(model, names);
  const [onnx, tfjs] = [join(folder, 'm.onnx'), join(folder, 'tfjs')];
  await exportModel(model, onnx, wasm);
  await exportModel(model, tfjs, { ...wasm, to: 'tfjs' });
  await assert.rejects(showWeights(onnx), {
    exitCode: 3,
    message: /found an ONNX model that alexft exported \(AlexNet, 3 classes: ü+\.\.\.; opset 17\)\.$/,
    hint: /made for other runtimes/,
  });
  await assert.rejects(showWeights(tfjs), { exitCode: 3, message: /found a model of TensorFlow\.js/ });
});

test('invalid output paths and inputs', async (t) => {
  const { folder, model } = await folderWithModel(t);
  await mkdir(join(folder, 'full'));
  await writeFile(join(folder, 'full', 'mine'), '');
  await mkdir(join(folder, 'site'));
  await writeFile(join(folder, 'site', 'index.html'), 'mine');
  await writeFile(join(folder, 'there.onnx'), 'mine');
  await writeFile(join(folder, 'half.onnx.alexft.json'), 'mine');
  const files = await readdir(folder);
  const cases: [out: string, options: Partial<ExportOptions>, exitCode: number, message: RegExp][] = [
    ['m', {}, 2, /Expected a file name with \.onnx, \.pth or \.pt, or --to for a folder, but received '.*m'/],
    ['m.bin', { to: 'onnx' }, 2, /Expected a file name with \.onnx for --to onnx but received/],
    ['m.onnx', { to: 'torch' }, 2, /Expected a file name with \.pth or \.pt for --to torch/],
    ['m.onnx', { to: 'tfjs' }, 2, /Expected a folder for --to tfjs/],
    ['m.pth', { input: 'uint8' }, 2, /--input uint8 is not for --to torch/],
    ['there.onnx', {}, 2, /there\.onnx' already exists/],
    ['half.onnx', {}, 2, /half\.onnx\.alexft\.json' already exists/],
    ['full', { to: 'tfjs', force: true }, 2, /full' is not empty: it contains mine/],
    ['site', { to: 'web', force: true }, 2, /site' is not empty: it contains index\.html/],
    ['there.onnx', { to: 'tfjs' }, 2, /Expected a folder/],
    ['model.safetensors', { to: 'tfjs' }, 2, /Expected a folder but '.*model\.safetensors' is not one/],
    ['gone/m.onnx', {}, 1, /Can't write '.*m\.onnx': ENOENT/],
    ['gone/tfjs', { to: 'tfjs' }, 1, /Can't write '.*tfjs': ENOENT/],
  ];
  for (const [out, options, exitCode, message] of cases) {
    await assert.rejects(
      exportModel(model, join(folder, out), { ...wasm, ...options }),
      { exitCode, message },
      out,
    );
  }
  for (const [from, message] of [
    ['gone', /There are no weights '.*gone'/],
    ['there.onnx', /found text/],
    ['full', /contains no model\.safetensors/],
  ] as const) {
    await assert.rejects(exportModel(join(folder, from), join(folder, 'm.onnx'), wasm), {
      exitCode: 3,
      message,
    });
  }
  assert.deepEqual(await readdir(folder), files);
});

test('--force replaces a file and the export in a folder', async (t) => {
  const { folder, model } = await folderWithModel(t);
  for (const [out, options] of [
    ['m.onnx', wasm],
    ['tfjs', { ...wasm, to: 'tfjs' }],
    ['web', { ...wasm, to: 'web' }],
  ] as const) {
    const path = join(folder, out);
    const { files } = await exportModel(model, path, options);
    await assert.rejects(exportModel(model, path, options), { exitCode: 2, hint: /--force/ });
    const again = await exportModel(model, path, { ...options, force: true, logits: out !== 'web' });
    assert.deepEqual(again.files, files);
    const description = await descriptionAt(files.find((file) => file.endsWith('alexft.json'))!);
    assert.equal(description.output.name, out === 'web' ? 'probabilities' : 'logits');
  }
  const left = ['m.onnx', 'm.onnx.alexft.json', 'model.safetensors', 'tfjs', 'web'];
  assert.deepEqual(await readdir(folder), left);
});
