// The GPU in a run's record, with an engine that claims to have one.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openTrainingSet } from '../../../dist/data/dataset/dataset.js';
import type { Engine } from '../../../dist/engine/engine.js';
import { withDefaults } from '../../../dist/options/option.js';
import { trainOptions } from '../../../dist/options/train/trainOptions.js';
import { runFileOf, startEventOf } from '../../../dist/run/recording/descriptions.js';
import type { TrainConfig } from '../../../dist/training/config.js';
import { drawFolder } from '../../data/colouredFolder.js';
import { open } from '../../engine/engines.js';
import { temporaryFolder } from '../../support.js';

test('the GPU is in the start event and in run.json, where there is one', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  await drawFolder(data, [2, 2]);
  const config = withDefaults(trainOptions, { data, trainable: 'all', lr: 1e-4 }) as TrainConfig;
  const dataset = await openTrainingSet(config);
  const wasm = await open('wasm');
  const gpu = { name: 'NVIDIA GeForce RTX 3060', memory: 10_545_528_832, computeCapability: '8.6' };
  const describe = (engine: Engine) => {
    const training = { config, dataset, engine, weights: 'none' };
    const progress = { step: 0, skipped: [], epochs: [], seconds: 0 };
    const start = startEventOf(training, 'run', progress);
    const run: { gpu?: unknown } = runFileOf(training, progress, new Date(), { state: 'running' });
    return [start.gpu, run.gpu];
  };
  assert.deepEqual(describe({ ...wasm, device: 'cuda:0', gpu }), [gpu, gpu]);
  assert.deepEqual(describe(wasm), [undefined, undefined]);
});
