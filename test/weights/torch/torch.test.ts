// PyTorch files in both formats: the tensors that PyTorch loads from them, and files that are rejected.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { showWeights } from '../../../dist/commands/models/weightsShow.js';
import { bytesInMemory } from '../../../dist/weights/formats/byteSource.js';
import { unpickle } from '../../../dist/weights/pickle/pickle.js';
import { PythonObject } from '../../../dist/weights/pickle/pythonObject.js';
import { parseCheckpoint, readCheckpoint } from '../../../dist/weights/readWeights.js';
import { exactWeights } from '../../../dist/weights/sources.js';
import { torchPickle } from '../../../dist/weights/torch/torchPickle.js';
import { root, temporaryFolder } from '../../support.js';
import { torchZip } from './torchByHand.js';
import { assertTensors, torchFiles, unpacked } from './torchFiles.js';

const parse = (bytes: Uint8Array) => parseCheckpoint(bytesInMemory(bytes, 'weights.pth'));

for (const [name, { file, tensors }] of Object.entries(torchFiles.readable)) {
  test(`the tensors that PyTorch loads: ${name}`, async (t) => {
    const bytes = unpacked(file);
    assertTensors((await parse(bytes)).tensors, tensors);
    const path = join(await temporaryFolder(t), 'weights.pth');
    await writeFile(path, bytes);
    assertTensors((await readCheckpoint(path)).tensors, tensors);
  });
}

test('two names of one tensor get separate copies', async () => {
  const { tensors } = await parse(unpacked(torchFiles.readable['zip: views']!.file));
  tensors.get('matrix')!.data[0] = 99;
  assert.equal(tensors.get('tied')!.data[0], 0);
});

const rejections: Readonly<Record<string, RegExp>> = {
  'one tensor': /Expected a state dict .* but found a single tensor/,
  'a list': /Expected a state dict .* but found a list/,
  'an empty dict': /Expected a state dict .* but found an empty dict/,
  'two dicts': /Expected one state dict .* but found several: 'generator', 'critic'/,
  integers: /Expected float32, float64, float16 or bfloat16 for tensor 'a' \[3\] in '.*' but found int64/,
  complex: /for tensor 'a' \[2\] in '.*' but found complex64/,
  sparse: /it contains an unsupported kind of tensor \('torch\._utils\._rebuild_sparse_tensor'\)/,
  negated: /it contains a tensor with lazily negated values/,
  quantized: /it contains an unsupported kind of tensor \('torch\._utils\._rebuild_qtensor'\)/,
};
for (const [name, file] of Object.entries(torchFiles.rejected)) {
  test(`rejected: ${name}`, async () => {
    const message = rejections[name.replace(/^\w+: /, '')]!;
    await assert.rejects(parse(unpacked(file)), { name: 'UserError', exitCode: 3, message });
  });
}

test('one of several networks is used, with a note, or another one by its key', async (t) => {
  const bytes = unpacked(torchFiles.readable['zip: averaged']!.file);
  const source = bytesInMemory(bytes, 'weights.pth');
  const { tensors, note } = await parseCheckpoint(source);
  assert.equal(
    note,
    "'weights.pth' contains several AlexNets: 'model', 'model_ema.module'. Using 'model'. To choose another one: --weights 'weights.pth#model_ema.module'.",
  );
  const { tensors: average, note: none } = await parseCheckpoint(source, 'model_ema');
  assert.equal(none, undefined);
  assert.deepEqual([...average.keys()], [...tensors.keys()]);
  assert.notDeepEqual(average.get('features.0.bias'), tensors.get('features.0.bias'));
  await assert.rejects(parseCheckpoint(source, 'ema'), {
    exitCode: 3,
    message: "'weights.pth' has no tensors under 'ema'.",
    hint: "It has: 'model_ema.module', 'model'.",
  });

  const file = join(await temporaryFolder(t), 'a#b.pth');
  await writeFile(file, bytes);
  const context = { offline: true, onMessage: () => {}, onProgress: () => {} };
  const exact = await exactWeights(`${file}#model_ema`, context);
  assert.deepEqual([exact.name, exact.note], [`${file}#model_ema`, undefined]);
  assert.deepEqual(exact.tensors, average);
  assert.match((await exactWeights(file, context)).note!, /Using 'model'/);
  assert.match((await showWeights(file)).note!, /Using 'model'/);
  assert.equal((await showWeights(`${file}#model_ema`)).file, file);
});

for (const name of ['zip: views', 'old: views']) {
  test(`a file truncated anywhere is rejected: ${name}`, async () => {
    const whole = unpacked(torchFiles.readable[name]!.file);
    for (let length = 0; length < whole.length; length++) {
      await assert.rejects(parse(whole.subarray(0, length)), { name: 'UserError', exitCode: 3 }, `${length}`);
    }
  });
}

test('tensors and Parameters of PyTorch before 0.4 are read', async () => {
  const { tensors } = await parse(
    torchZip([
      { name: 'a', form: 'two steps', offset: 1, shape: [2] },
      { name: 'b', form: 'parameter', shape: [2, 2], stride: [1, 2] },
    ]),
  );
  assert.deepEqual(tensors.get('a'), { shape: [2], data: Float32Array.of(2, 3) });
  assert.deepEqual(tensors.get('b'), { shape: [2, 2], data: Float32Array.of(1, 3, 2, 4) });
});

test('a class in the old format, with its source code, is inert', () => {
  // persistent id ('module', m.C, 'm.py', 'class C: ...')
  const pickle = '(X\x06\x00\x00\x00modulecm\nC\nX\x04\x00\x00\x00m.pyX\x01\x00\x00\x00stQ)R.';
  const found = unpickle(Buffer.from(pickle, 'latin1'), torchPickle('weights.pth').options);
  assert.ok(found instanceof PythonObject);
  assert.equal(found.name, 'm.C');
});

test('the tar format of PyTorch before 0.1.10 is rejected with a hint', async (t) => {
  const folder = await temporaryFolder(t);
  for (const name of ['sys_info', 'pickle', 'storages', 'tensors']) await writeFile(join(folder, name), name);
  const file = join(folder, 'old.pth');
  execFileSync('tar', [
    '--format=ustar',
    '-cf',
    file,
    '-C',
    folder,
    'sys_info',
    'pickle',
    'storages',
    'tensors',
  ]);
  const expected = {
    name: 'UserError',
    exitCode: 3,
    message: /old\.pth' is a tar, the format of PyTorch before 0\.1\.10 \(2017\), which is not supported/,
    hint: /torch\.save\(torch\.load\(FILE, weights_only=False\), "weights\.pth"\)/,
  };
  await assert.rejects(readCheckpoint(file), expected);
  await assert.rejects(showWeights(file), expected);
});

const python = process.env.ALEXFT_PYTHON ?? 'python3';
const noTorch = spawnSync(python, ['-c', 'import numpy, torch']).status !== 0 && `no torch in ${python}`;

test('random state dicts that PyTorch saves on this machine', { skip: noTorch }, async (t) => {
  const folder = await temporaryFolder(t);
  const script = join(root, 'test', 'weights', 'torch', 'generateTorchFiles.py');
  execFileSync(python, [script, '60', folder], { stdio: 'inherit' });
  const files = (await readdir(folder)).filter((name) => name.endsWith('.pth'));
  assert.equal(files.length, 60);
  for (const name of files) {
    const expected = JSON.parse(await readFile(join(folder, name.replace('.pth', '.json')), 'utf8'));
    assertTensors((await readCheckpoint(join(folder, name))).tensors, expected);
  }
});
