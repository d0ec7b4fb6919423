// What a run's record says of a GPU. The machine needs none: wasm's engine is said to have one.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openTrainingSet } from '../../dist/data/dataset.js';
import type { Engine } from '../../dist/engine/engine.js';
import { withDefaults } from '../../dist/options/option.js';
import { type ResolvedTrainOptions, trainOptions } from '../../dist/options/trainOptions.js';
import { RunFolder } from '../../dist/run/runFolder.js';
import { RunRecord } from '../../dist/run/runRecord.js';
import { drawFolder } from '../data/colouredFolder.js';
import { open } from '../engine/engines.js';
import { temporaryFolder } from '../support.js';
import { narrow } from './narrow.js';

test('the GPU is in the start event and in run.json, where there is one', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  await drawFolder(data, [2, 2]);
  const options = withDefaults(trainOptions, { data, trainable: 'all', lr: 1e-4 }) as ResolvedTrainOptions;
  const set = await openTrainingSet(options);
  const wasm = await open('wasm');
  const gpu = { name: 'NVIDIA GeForce RTX 3060', memory: 10_545_528_832, computeCapability: '8.6' };
  const recordOf = async (name: string, engine: Engine) => {
    const run = await RunFolder.create(join(folder, name), false);
    const record = new RunRecord(run, {
      options,
      set,
      engine,
      weights: 'none',
      widths: narrow,
      onSaving: () => {},
    });
    const start = await record.start();
    const kept = JSON.parse(await readFile(join(folder, name, 'run.json'), 'utf8')) as { gpu?: unknown };
    return [start.gpu, kept.gpu];
  };
  assert.deepEqual(await recordOf('gpu', { ...wasm, device: 'cuda:0', gpu }), [gpu, gpu]);
  assert.deepEqual(await recordOf('none', wasm), [undefined, undefined]);
});
