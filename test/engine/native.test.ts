// The native engine when its GPU is not available. A separate file, because a process can load TensorFlow only once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { openNative } from '../../dist/engine/native.js';
import { realEngine, withoutEngine } from './install/engines.js';

test('a missing GPU is an error, not a fallback, and the CPU can be opened afterwards', {
  skip: withoutEngine,
}, async () => {
  const { libraries } = realEngine!;
  const common = { threads: 1, precision: 'float32', hideLog: true } as const;
  const gpu = { settings: { CUDA_VISIBLE_DEVICES: '0' }, device: 'cuda:0', description: undefined } as const;
  await assert.rejects(openNative(libraries, { ...common, gpu }), {
    name: 'UserError',
    exitCode: 4,
    message: /can no longer open the GPU \(cuda:0\)/,
    hint: /nvidia-smi/,
  });
  const engine = await openNative(libraries, common);
  assert.equal(engine.device, 'cpu');
  const parameter = engine.parameter([2], Float32Array.of(1, 2));
  engine.applyGradientDescent(parameter, tf.tensor1d([1, 1]), 0.5);
  assert.deepEqual([...parameter.values()], [0.5, 1.5]);
  await assert.rejects(openNative(libraries, { ...common, gpu }), {
    exitCode: 4,
    message: /can't load another/,
  });
});
