// Files of torch.save, in its three forms: the tensors that torch finds in them, and what is refused.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseCheckpoint, readCheckpoint } from '../../../dist/weights/readWeights.js';
import { bytesInMemory } from '../../../dist/weights/torch/byteSource.js';
import { root, temporaryFolder } from '../../support.js';
import { assertTensors, torchFiles, unpacked } from './torchFiles.js';

const parse = (bytes: Uint8Array) => parseCheckpoint(bytesInMemory(bytes, 'weights.pth'));

for (const [name, { file, tensors }] of Object.entries(torchFiles.readable)) {
  test(`the tensors that torch finds: ${name}`, async (t) => {
    const bytes = unpacked(file);
    assertTensors((await parse(bytes)).tensors, tensors);
    const path = join(await temporaryFolder(t), 'weights.pth');
    await writeFile(path, bytes);
    assertTensors((await readCheckpoint(path)).tensors, tensors);
  });
}

test('two names of one tensor get values of their own', async () => {
  const { tensors } = await parse(unpacked(torchFiles.readable['zip: views']!.file));
  tensors.get('matrix')!.data[0] = 99;
  assert.equal(tensors.get('tied')!.data[0], 0);
});

const refusals: Readonly<Record<string, RegExp>> = {
  'a whole model': /it holds a whole model or another object of a class \('torch\.nn\.modules\./,
  'os.system': /it calls for 'posix\.system', which weights don't need/,
  'one tensor': /holds one tensor, and no state dict/,
  'a list': /holds a list, and no state dict/,
  'an empty dict': /holds an empty dict, and no state dict/,
  'two dicts': /holds several dicts of tensors \('generator', 'critic'\), and which is meant is not clear/,
  integers: /has the tensor 'a' \[3\] in int64, and only float32, float64, float16 and bfloat16 can be read/,
  complex: /has the tensor 'a' \[2\] in complex64/,
  sparse:
    /it holds a tensor of a kind that weights don't come in \('torch\._utils\._rebuild_sparse_tensor'\)/,
  negated: /it has a tensor with lazily negated values/,
  quantized: /it holds a tensor of a kind that weights don't come in \('torch\._utils\._rebuild_qtensor'\)/,
};
for (const [name, file] of Object.entries(torchFiles.refused)) {
  test(`refused: ${name}`, async () => {
    const message = refusals[name.replace(/^\w+: /, '')]!;
    await assert.rejects(parse(unpacked(file)), { name: 'UserError', exitCode: 3, message });
  });
}

test('a whole model is refused with what to do', async () => {
  await assert.rejects(parse(unpacked(torchFiles.refused['zip: a whole model']!)), {
    hint: /torch\.save\(model\.state_dict\(\), FILE\)/,
  });
});

for (const name of ['zip: views', 'old: views', 'tar']) {
  test(`a file cut anywhere is refused: ${name}`, async () => {
    const whole = unpacked(torchFiles.readable[name]!.file);
    // A tar ends in zeros, which nobody misses.
    const end = name === 'tar' ? whole.findLastIndex((byte) => byte !== 0) + 1 : whole.length;
    for (let length = 0; length < end; length++) {
      await assert.rejects(parse(whole.subarray(0, length)), { name: 'UserError', exitCode: 3 }, `${length}`);
    }
  });
}

const python = process.env.ALEXFT_PYTHON ?? 'python3';
const noTorch = spawnSync(python, ['-c', 'import numpy, torch']).status !== 0 && `no torch in ${python}`;

test('random state dicts, as torch saves them here', { skip: noTorch }, async (t) => {
  const folder = await temporaryFolder(t);
  const script = join(root, 'test', 'weights', 'torch', 'drawTorchFiles.py');
  execFileSync(python, [script, '60', folder], { stdio: 'inherit' });
  const files = (await readdir(folder)).filter((name) => name.endsWith('.pth'));
  assert.equal(files.length, 60);
  for (const name of files) {
    const expected = JSON.parse(await readFile(join(folder, name.replace('.pth', '.json')), 'utf8'));
    assertTensors((await readCheckpoint(join(folder, name))).tensors, expected);
  }
});
