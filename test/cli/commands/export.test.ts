// alexft export as a process.

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeRandomModel } from '../../commands/models.js';
import { temporaryFolder } from '../../support.js';
import { alexft, inShell, jsonLines } from '../run.js';

test('lines for people, JSON, and errors', async (t) => {
  const cwd = await temporaryFolder(t);
  await writeRandomModel(join(cwd, 'model.safetensors'), ['Cat', 'Dog']);
  const run = (...words: string[]) => alexft(['export', ...words, '--device', 'wasm'], { cwd });
  const { code, stdout, stderr } = await run('model.safetensors', 'web', '--to', 'tfjs');
  assert.equal(code, 0, stderr);
  assert.match(
    stdout,
    /^web: tfjs, [\d,]+ bytes; described in web\/alexft\.json\nProven in TensorFlow\.js 4\.22\.0: 4 images, largest difference \d\.\de[-+]\d+\n$/,
  );
  assert.equal(stderr, '');

  const json = await run('model.safetensors', 'm.pth', '--json');
  const [result] = jsonLines(json.stdout);
  assert.deepEqual(Object.keys(result!), ['schema', 'from', 'to', 'target', 'files', 'bytes', 'proof']);

  const quantized = await run('model.safetensors', 'page', '--to', 'web', '--quantize', 'int8');
  assert.match(quantized.stdout, /^page: web in int8, .*\nProven .*\nThe accuracy .* was not measured/);
  const shown = await alexft(['weights', 'show', 'page'], { cwd });
  assert.deepEqual([shown.code, shown.stderr], [0, '']);
  assert.match(
    shown.stdout,
    /^page\nweb in int8, [\d,]+ bytes, exported by alexft .*\n[\s\S]*2 classes: Cat, Dog\ninput: .*RGB bytes\noutput: /,
  );
  const [about] = jsonLines((await alexft(['weights', 'show', 'page', '--json'], { cwd })).stdout);
  assert.deepEqual(Object.keys(about!), ['schema', 'file', 'bytes', 'export']);

  for (const words of [
    ['model.safetensors'],
    ['model.safetensors', 'a.onnx', 'b.onnx'],
    ['x', 'y.onnx', '--to', 'tf'],
  ]) {
    const failed = await run(...words);
    assert.deepEqual([failed.code, failed.stdout], [2, ''], words.join(' '));
  }
});

test('a file that can’t be written completely is an error, and nothing is left behind', {
  skip: process.platform === 'win32' && 'no sh',
}, async (t) => {
  const cwd = await temporaryFolder(t);
  await writeRandomModel(join(cwd, 'model.safetensors'), ['Cat', 'Dog']);
  for (const [out, ...options] of [['m.onnx'], ['web', '--to', 'tfjs'], ['saved', '--to', 'savedmodel']]) {
    const words = ['export', 'model.safetensors', out!, ...options, '--device', 'wasm'];
    const { code, stdout, stderr } = await inShell('ulimit -f 16; exec "$@"', words, { cwd });
    assert.deepEqual([code, stdout], [1, ''], stderr);
    assert.match(stderr, new RegExp(`error: Can't write '${out}': EFBIG`));
    assert.deepEqual(await readdir(cwd), ['model.safetensors']);
  }
});
