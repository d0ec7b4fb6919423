// Exports in their own runtimes, on photos, beside alexft's own predictions.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { exportModel } from '../../dist/commands/models/export.js';
import { predict } from '../../dist/commands/models/predict.js';
import { decodeImage } from '../../dist/data/decode.js';
import { createResizer } from '../../dist/data/transforms/resize.js';
import { formats } from '../../dist/export/formats.js';
import { graphOf } from '../../dist/export/graph.js';
import type { Runtime } from '../../dist/export/proof.js';
import type { TargetName } from '../../dist/export/target.js';
import { alexNetWidths } from '../../dist/model/alexnet.js';
import { readSafetensors } from '../../dist/weights/formats/safetensors.js';
import { readModel } from '../../dist/weights/modelFile.js';
import { writeRandomModel } from '../commands/models.js';
import { engines, open } from '../engine/engines.js';
import { root, shared, temporaryFolder, withoutShared } from '../support.js';

const python = process.env.ALEXFT_PYTHON ?? 'python3';
const hasOnnxRuntime = spawnSync(python, ['-c', 'import onnxruntime, PIL']).status === 0;
const withoutOnnxRuntime = hasOnnxRuntime ? false : `${python} has no onnxruntime and Pillow`;
const [{ skip: withoutTensorFlow } = { skip: 'no engine' }] = await engines();

function hasPackage(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}

const classes = ['Cat', 'Dog', 'Bird'];

/** The first photos of each folder of PetImages. */
const photos = (perClass: number): string[] =>
  ['Cat', 'Dog'].flatMap((name) => {
    const folder = join(shared, 'data', 'PetImages', name);
    return readdirSync(folder)
      .sort()
      .slice(0, perClass)
      .map((file) => join(folder, file));
  });

async function probabilities(model: string, files: readonly string[]): Promise<number[][]> {
  const rows: number[][] = [];
  for await (const result of predict(files, { model, noSetup: true })) {
    assert.ok('label' in result, JSON.stringify(result));
    rows.push(classes.map((name) => result.probabilities[name]!));
  }
  return rows;
}

/** Runs the photos through an export, opened as its proof opens it. */
async function outputsOf(
  target: TargetName,
  path: string,
  model: string,
  input: 'float32' | 'uint8',
  files: readonly string[],
): Promise<number[][]> {
  const graph = graphOf(await readModel(model), input, false);
  const opened = await formats[target].open(path, graph, await open(withoutTensorFlow ? 'wasm' : 'cpu'));
  await using runtime = opened as Runtime;
  const resize = createResizer();
  const rows: number[][] = [];
  for (let start = 0; start < files.length; start += 32) {
    const images = [];
    for (const file of files.slice(start, start + 32)) {
      const { data, width, height } = await decodeImage(file);
      images.push(resize(data, width, height, 224, 224));
    }
    const values = await runtime.run(images);
    for (let row = 0; row < images.length; row++) {
      rows.push([...values.slice(row * classes.length, (row + 1) * classes.length)]);
    }
  }
  return rows;
}

const inPython = (path: string, files: readonly string[]) =>
  JSON.parse(
    execFileSync(python, [join(root, 'test', 'export', 'runExport.py'), path, ...files], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    }),
  ) as { runtime: string; goldenDifference: number; outputs: number[][] };

function assertClose(found: readonly number[][], expected: readonly number[][]): void {
  assert.equal(found.length, expected.length);
  // Otherwise an export that ignores its input would pass.
  const first = expected.map(([probability]) => probability!);
  assert.ok(Math.max(...first) - Math.min(...first) > 0.1, 'the probabilities depend on the photo');
  for (const [row, values] of expected.entries()) {
    for (const [index, value] of values.entries()) {
      const difference = Math.abs(found[row]![index]! - value);
      assert.ok(difference < 1e-5, `photo ${row}, class ${index}: ${found[row]![index]} and ${value}`);
    }
    const best = (list: readonly number[]) => list.indexOf(Math.max(...list));
    assert.equal(best(found[row]!), best(values), `photo ${row}`);
  }
}

/** The reason to skip the tests of a target whose runtime is not available. */
const unavailable = {
  onnx: hasPackage('onnxruntime-node')
    ? false
    : 'onnxruntime-node is not installed, or NODE_PATH does not have it',
  savedmodel: withoutTensorFlow,
  tfjs: false,
} as const;

for (const input of ['float32', 'uint8'] as const) {
  for (const target of ['onnx', 'savedmodel', 'tfjs'] as const) {
    test(`200 photos in ${target} (${input})`, { skip: withoutShared || unavailable[target] }, async (t) => {
      const folder = await temporaryFolder(t);
      const [model, out] = [
        join(folder, 'm.safetensors'),
        join(folder, target === 'onnx' ? 'm.onnx' : 'out'),
      ];
      await writeRandomModel(model, classes);
      const { proof } = await exportModel(model, out, { to: target, input });
      assert.ok(proof.proven && proof.images === 4 && proof.largestDifference < 1e-5, JSON.stringify(proof));
      const files = photos(100);
      assertClose(await outputsOf(target, out, model, input, files), await probabilities(model, files));
    });
  }

  test(`200 photos in Python's ONNX Runtime (${input})`, {
    skip: withoutShared || withoutOnnxRuntime,
  }, async (t) => {
    const folder = await temporaryFolder(t);
    const [model, out] = [join(folder, 'm.safetensors'), join(folder, 'm.onnx')];
    await writeRandomModel(model, classes);
    await exportModel(model, out, { input });
    const files = photos(100);
    const found = inPython(out, files);
    assert.ok(found.goldenDifference < 1e-6, `${found.goldenDifference}`);
    assertClose(found.outputs, await probabilities(model, files));
  });
}

// A SavedModel of this size takes TensorFlow half a minute: bench/exports.mjs has it.
test('the full AlexNet', { skip: withoutShared }, async (t) => {
  const folder = await temporaryFolder(t);
  const model = join(folder, 'm.safetensors');
  const { tensors } = await readSafetensors(join(shared, 'models', 'alexnet-imagenet-features.safetensors'));
  await writeRandomModel(model, classes, { widths: alexNetWidths, features: tensors });
  const files = photos(4);
  const expected = await probabilities(model, files);
  const [tfjs, onnx] = [join(folder, 'tfjs'), join(folder, 'm.onnx')];
  const { bytes, proof, files: written } = await exportModel(model, tfjs, { to: 'tfjs' });
  assert.ok(bytes > 228e6 && bytes < 229e6, `${bytes}`);
  assert.equal(written.filter((file) => /group1-shard\d+of55\.bin$/.test(file)).length, 55);
  assert.ok(proof.proven && proof.largestDifference < 1e-5, JSON.stringify(proof));
  assertClose(await outputsOf('tfjs', tfjs, model, 'float32', files), expected);
  if (!hasOnnxRuntime) return;
  await exportModel(model, onnx);
  assertClose(inPython(onnx, files).outputs, expected);
});
