// .pth files written by alexft, read by PyTorch and by alexft.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { convertWeights } from '../../../dist/commands/models/weightsConvert.js';
import { openLoader } from '../../../dist/data/openLoader.js';
import { inOrder } from '../../../dist/data/sampler.js';
import { alexNet } from '../../../dist/model/alexnet.js';
import { parameterShapes } from '../../../dist/model/layers.js';
import { Network } from '../../../dist/model/network.js';
import { type StateDict, sizeOf } from '../../../dist/model/stateDict.js';
import { ImageSource } from '../../../dist/training/batchSource.js';
import { readModel } from '../../../dist/weights/modelFile.js';
import { readCheckpoint } from '../../../dist/weights/readWeights.js';
import { writeTorch } from '../../../dist/weights/torch/torchWriter.js';
import { trainNarrow } from '../../commands/narrow.js';
import { drawFolder } from '../../data/colouredFolder.js';
import { engines, open } from '../../engine/engines.js';
import { root, temporaryFolder } from '../../support.js';

const python = process.env.ALEXFT_PYTHON ?? 'python3';
const hasTorch = spawnSync(python, ['-c', 'import torch, numpy, PIL']).status === 0;
const withoutTorch = hasTorch ? false : `${python} has no PyTorch`;

interface Loaded {
  readonly tensors: Record<string, [shape: number[], sha256: string]>;
  readonly logits: number[][];
}

/** Loads a file with PyTorch. `network`: the arguments of a network that the file must match. */
function loadWithTorch(file: string, network?: object, images: readonly string[] = []): Loaded {
  const script = join(root, 'test', 'weights', 'torch', 'loadTorch.py');
  const args = network ? [JSON.stringify(network), ...images] : [];
  const options = { encoding: 'utf8', maxBuffer: 1 << 26 } as const;
  return JSON.parse(execFileSync(python, [script, file, ...args], options));
}

const hashesOf = (tensors: StateDict): Loaded['tensors'] =>
  Object.fromEntries(
    [...tensors].map(([name, { shape, data }]) => {
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      return [name, [[...shape], createHash('sha256').update(bytes).digest('hex')]];
    }),
  );

/** A view, an empty tensor, a scalar, sizes of more than one byte, unusual names. */
const tensors: StateDict = new Map([
  ['features.0.weight', { shape: [2, 1, 1, 3], data: Float32Array.of(1, -2.5, 3e-40, 4, 3e38, -0) }],
  ['features.0.bias', { shape: [2], data: new Float32Array([9, 7, 0.1, 8]).subarray(1, 3) }],
  ['none', { shape: [0, 4, 300], data: new Float32Array() }],
  ['scalar "ü"\n', { shape: [], data: Float32Array.of(Number.NaN) }],
  ['long', { shape: [300, 256], data: Float32Array.from({ length: 76_800 }, (_, i) => i) }],
]);

test('tensors and metadata are read back as written, bit for bit and in order', async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'weights.pth');
  const metadata = { classes: '["Cät","Dog"]', producer: 'alexft' };
  await writeTorch(file, tensors, metadata);
  const found = await readCheckpoint(file);
  assert.deepEqual(found.tensors, tensors);
  assert.deepEqual([...found.tensors.keys()], [...tensors.keys()]);
  assert.deepEqual(found.metadata, metadata);
  assert.deepEqual(await readdir(folder), ['weights.pth']);
  const before = await readFile(file);
  await writeTorch(file, tensors, metadata);
  assert.ok(before.equals(await readFile(file)), 'the output is reproducible');
});

test('metadata that is not an object of strings is rejected', async (t) => {
  const file = join(await temporaryFolder(t), 'weights.pth');
  for (const metadata of ['["a"]', 'null', '{"classes":["a"]}'] as const) {
    await writeTorch(file, tensors, JSON.parse(metadata));
    await assert.rejects(readCheckpoint(file), { exitCode: 3, message: /alexft\.json' is not an object of/ });
  }
});

test('every tensor begins at a multiple of 64 bytes, as in files of PyTorch', async (t) => {
  const file = join(await temporaryFolder(t), 'weights.pth');
  const marks = [123.25, -77.5, 1e-20];
  await writeTorch(
    file,
    new Map(marks.map((mark, i) => [`t${'x'.repeat(7 * i)}`, { shape: [1], data: Float32Array.of(mark) }])),
    {},
  );
  const bytes = await readFile(file);
  for (const mark of marks) {
    const at = bytes.indexOf(Buffer.from(Float32Array.of(mark).buffer));
    assert.ok(at > 0 && at % 64 === 0, `${mark} is at ${at}`);
  }
});

test('files beyond the limits of a zip are rejected, and no file is left behind', async (t) => {
  const folder = await temporaryFolder(t);
  const block = { shape: [1 << 22], data: new Float32Array(1 << 22) };
  const many = new Map(Array.from({ length: 256 }, (_, i) => [`block ${i}`, block]));
  await assert.rejects(writeTorch(join(folder, 'large.pth'), many, {}), {
    exitCode: 3,
    message: /Expected at most 65534 entries and 4294967295 bytes for a \.pth file/,
    hint: /\.safetensors/,
  });
  await assert.rejects(
    writeTorch(join(folder, 'a.pth'), new Map([['a', { shape: [3], data: new Float32Array(2) }]]), {}),
    /Expected 3 values for 'a' \[3\] but received 2/,
  );
  assert.deepEqual(await readdir(folder), []);
});

test('torch.load(weights_only=True) loads every tensor bit for bit', { skip: withoutTorch }, async (t) => {
  const file = join(await temporaryFolder(t), 'weights.pth');
  const finite = new Map([...tensors].filter(([name]) => !name.startsWith('scalar'))); // torch.equal: NaN is not NaN
  await writeTorch(file, finite.set('scalar', { shape: [], data: Float32Array.of(-0) }), { a: 'b' });
  const found = loadWithTorch(file).tensors;
  assert.deepEqual(found, hashesOf(finite));
  assert.deepEqual(Object.keys(found), [...finite.keys()]);
});

test('the full AlexNet passes load_state_dict(strict=True)', { skip: withoutTorch }, async (t) => {
  const file = join(await temporaryFolder(t), 'alexnet.pth');
  const layers = alexNet({ classes: 3 });
  const state = new Map(
    layers.flatMap(parameterShapes).map(([name, shape], i) => {
      return [name, { shape, data: new Float32Array(sizeOf(shape)).fill((i + 1) / 1024) }] as const;
    }),
  );
  await writeTorch(file, state, {});
  assert.deepEqual(loadWithTorch(file, { classes: 3 }).tensors, hashesOf(state));
});

for (const { device, skip } of await engines()) {
  test(`PyTorch computes the same logits for a trained model (${device})`, {
    skip: withoutTorch || skip,
  }, async (t) => {
    const folder = await temporaryFolder(t);
    const data = join(folder, 'images');
    const { paths } = await drawFolder(data, [6, 6, 6]);
    const run = join(folder, 'run');
    await trainNarrow({ data, out: run, device, valSplit: 0 });
    const file = join(folder, 'model.pth');
    await convertWeights(run, file);
    const back = join(folder, 'back.safetensors');
    await convertWeights(file, back);
    assert.ok((await readFile(back)).equals(await readFile(join(run, 'model.safetensors'))));

    const { architecture, classes, tensors, preprocessing } = await readModel(run);
    const network = { classes: classes.length, ...architecture.widths };
    const expected = loadWithTorch(file, network, paths);
    assert.deepEqual(expected.tensors, hashesOf(tensors));

    const engine = await open(device);
    const layers = alexNet({ ...architecture, classes: classes.length });
    const loader = openLoader(engine, { preprocessing, border: 2, workers: 1 });
    t.after(() => loader[Symbol.asyncDispose]());
    const source = new ImageSource(loader, paths, String);
    const logits: number[][] = [];
    for await (const batch of source.batches([inOrder(paths.map((_, i) => i))])) {
      assert.ok(!('event' in batch));
      const output = new Network(layers, engine, tensors).forward(batch.inputs, { from: source.layer });
      const values = [...output.dataSync<'float32'>()];
      for (const row of batch.samples.keys()) logits.push(values.slice(3 * row, 3 * row + 3));
    }
    assert.equal(logits.length, paths.length);
    const label = (row: readonly number[]) => row.indexOf(Math.max(...row));
    for (const [row, found] of logits.entries()) {
      const wanted = expected.logits[row]!;
      assert.equal(label(found), label(wanted));
      for (const [i, value] of found.entries()) assert.ok(Math.abs(value - wanted[i]!) < 1e-4);
    }
  });
}
