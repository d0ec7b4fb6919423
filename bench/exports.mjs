// Every export of a model on photos, in its own runtime, beside alexft's own outputs: the table of docs/export.md.
//
//   node bench/exports.mjs MODEL PHOTOS PYTHON      PYTHON has onnxruntime, tensorflow-cpu, Pillow 12, and torch or not
//
// Python preprocesses the photos itself. TensorFlow.js runs in this process, on WebAssembly, with alexft's pixels.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exportModel } from '../dist/commands/models/export.js';
import { scanImageFolder } from '../dist/data/dataset/scan.js';
import { decodeImage } from '../dist/data/decode.js';
import { createResizer } from '../dist/data/transforms/resize.js';
import { openEngine } from '../dist/engine/openEngine.js';
import { formats } from '../dist/export/formats.js';
import { ownOutputs } from '../dist/export/goldenImages.js';
import { graphOf } from '../dist/export/graph.js';
import { mostProbable } from '../dist/training/evaluateNetwork.js';
import { readModel } from '../dist/weights/modelFile.js';

const [modelPath, photos, python] = process.argv.slice(2);
const count = 200;
const batch = 25;
const script = fileURLToPath(new URL('../test/export/runExport.py', import.meta.url));
const exports = [
  ['m.onnx', {}],
  ['u.onnx', { input: 'uint8' }],
  ['l.onnx', { logits: true }],
  ['saved', { to: 'savedmodel' }],
  ['saved-u', { to: 'savedmodel', input: 'uint8' }],
  ['tfjs', { to: 'tfjs' }],
  ['tfjs-u', { to: 'tfjs', input: 'uint8' }],
  ...(spawnSync(python, ['-c', 'import torch']).status === 0 ? [['m.pth', {}]] : []),
];

const { samples } = await scanImageFolder(photos);
const files = Array.from({ length: count }, (_, i) =>
  resolve(photos, samples[Math.floor((i * samples.length) / count)].path),
);
const resize = createResizer();
const images = [];
for (const file of files) {
  const { data, width, height } = await decodeImage(file);
  images.push(resize(data, width, height, 224, 224));
}
const model = await readModel(modelPath);
const classes = model.classes.length;
const options = { device: 'cpu', setup: false, onMessage() {}, onProgress() {} };

const rowsOf = (values) =>
  Array.from({ length: values.length / classes }, (_, row) =>
    values.slice(row * classes, (row + 1) * classes),
  );

/** The rows of all photos, of `run` for each batch. */
async function inBatches(run) {
  const rows = [];
  for (let start = 0; start < count; start += batch) {
    rows.push(...rowsOf(await run(images.slice(start, start + batch))));
  }
  return rows;
}

async function inTfjs(path, graph) {
  const runtime = await formats.tfjs.open(path, graph);
  const outputs = await inBatches((part) => runtime.run(part));
  await runtime[Symbol.asyncDispose]();
  return { runtime: runtime.name, version: runtime.version, outputs };
}

const inPython = (path) =>
  JSON.parse(execFileSync(python, [script, path, ...files], { encoding: 'utf8', maxBuffer: 1 << 28 }));

const folder = await mkdtemp(join(tmpdir(), 'alexft-exports-'));
console.log(
  '| export | MB | seconds | in this process | runtime | largest difference | golden images | other labels |',
);
console.log('|---|---|---|---|---|---|---|---|');
try {
  for (const [out, given] of exports) {
    const path = join(folder, out);
    const start = performance.now();
    const { bytes, proof, target } = await exportModel(modelPath, path, { ...given, device: 'cpu' });
    const seconds = (performance.now() - start) / 1000;
    const graph = graphOf(model, given.input ?? 'float32', given.logits || target === 'torch');
    const found = target === 'tfjs' ? await inTfjs(path, graph) : inPython(path);
    const engine = await openEngine(options);
    const own = await inBatches((part) => ownOutputs(engine, model, graph.output, part));
    const differences = own.flatMap((row, i) =>
      Array.from(row, (value, j) => Math.abs(value - found.outputs[i][j])),
    );
    const labels = own.filter(
      (row, i) => mostProbable(row) !== mostProbable(Float32Array.from(found.outputs[i])),
    );
    const described = [target, given.input, given.logits && 'logits'].filter(Boolean).join(', ');
    const proven = proof.proven
      ? `${proof.runtime} ${proof.version}: ${proof.largestDifference.toExponential(1)}`
      : '-';
    const cells = [
      ...[
        described,
        (bytes / 1e6).toFixed(1),
        seconds.toFixed(1),
        proven,
        `${found.runtime} ${found.version}`,
      ],
      ...[
        Math.max(...differences).toExponential(1),
        found.goldenDifference?.toExponential(1) ?? '-',
        labels.length,
      ],
    ];
    console.log(`| ${cells.join(' | ')} |`);
    await rm(path, { recursive: true });
  }
} finally {
  await rm(folder, { recursive: true });
}
