// alexft lr-find: a sweep on real images, its curve as an image, and no run.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { lrFindLines } from '../../../dist/cli/commands/lrFindCommand.js';
import { lrFind } from '../../../dist/commands/training/lrFind.js';
import { drawFolder } from '../../data/colouredFolder.js';
import { temporaryFolder } from '../../support.js';
import { narrow } from '../narrow.js';

const terminal = { columns: () => 60, unicode: false };

test('a sweep to divergence, a suggestion, and the command line of a training', async (t) => {
  const folder = await temporaryFolder(t);
  const before = process.cwd();
  t.after(() => process.chdir(before));
  process.chdir(folder);
  await drawFolder(join(folder, 'data'), [16, 16]);
  const options = {
    data: 'data',
    weights: 'none',
    device: 'wasm',
    batchSize: 8,
    noSetup: true,
    cacheLimit: '0',
  } as const;
  const out = 'rates.svg';
  const found = await lrFind({ ...options, optimizer: 'sgd', out }, undefined, { widths: narrow });
  const { rates, losses, smoothed, suggestion, range, command, reason } = found;
  assert.deepEqual([losses.length, smoothed.length], [rates.length, rates.length]);
  assert.ok(Math.abs(rates[0]! - 1e-7) < 1e-12 && rates.at(-1)! <= 10.0001);
  assert.ok(losses.every(Number.isFinite));
  assert.equal(reason, undefined);
  assert.ok(suggestion! > 1e-5 && suggestion! < 5, `${suggestion}`);
  assert.ok(range![0] <= range![1]);
  assert.match(command!, /^alexft train --data data --batch-size 8 --lr \S+ --optimizer sgd --weights none /);
  assert.deepEqual((await readdir(folder)).sort(), ['data', 'rates.svg']);

  const svg = await readFile(out, 'utf8');
  assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  assert.doesNotMatch(svg, /<script|NaN/);
  const lines = lrFindLines(found, terminal);
  assert.ok(
    lines.every((line) => line.length <= 60 || line.startsWith('Learning rate') || line.startsWith('alexft')),
  );
  assert.equal(lines.at(-1), command);
  await assert.rejects(lrFind({ ...options, out }), { name: 'UserError', exitCode: 2 });
});

test('no suggestion is said with its reason', () => {
  const result = { rates: [1e-7, 1e-6], losses: [1, 1], smoothed: [1, 1], reason: 'The loss does not fall.' };
  assert.equal(lrFindLines(result, terminal).at(-1), 'No suggestion: The loss does not fall.');
});
