import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { drawFolder } from '../data/colouredFolder.js';
import { root, temporaryFolder } from '../support.js';

const run = (...words: string[]) =>
  spawnSync(process.execPath, [join(root, 'bench', 'gpu.mjs'), ...words], { encoding: 'utf8' });

test('npm run gpu writes its results after every step, and continues where one fails', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  await drawFolder(data, [4, 4]);
  const out = join(folder, 'out');
  const steps = ['--only', 'machine,train-all,loader'];
  const { status, stderr } = run('--data', data, '--out', out, '--device', 'abacus', '--quick', ...steps);
  assert.equal(status, 1, stderr);
  assert.match(stderr, /machine: done.*\ntrain-all: failed.*\nloader: done/);
  const { schema, steps: told } = JSON.parse(await readFile(join(out, 'gpu.json'), 'utf8'));
  assert.equal(schema, 1);
  assert.match(told[1].error, /--device but received 'abacus'/);
  assert.ok(told[2].result['1'] > 0);
  const page = await readFile(join(out, 'gpu.md'), 'utf8');
  assert.match(page, /## a training: all\n\ntrain-all: failed\n\n```\n/);
  assert.match(page, /\| --- \|/);
  assert.match(await readFile(join(out, 'logs', 'train-all-float32.txt'), 'utf8'), /exit 2/);
});

test('npm run gpu names what it needs', () => {
  const { status, stderr } = run('--data', 'photos');
  assert.equal(status, 2);
  assert.match(stderr, /npm run gpu -- --data DIR --out DIR/);
});
