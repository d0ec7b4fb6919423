// The engine in bfloat16. A separate file, because a process opens an engine in one precision.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { MersenneTwister } from '../../dist/random/generator.js';
import { open, withoutBfloat16 } from './bfloat16.js';

const skip = withoutBfloat16;

function random(shape: number[], seed: number): tf.Tensor {
  const values = new Float32Array(shape.reduce((product, n) => product * n, 1));
  new MersenneTwister(seed).uniform(values, -1, 1);
  return tf.tensor(values, shape);
}

/** Rounded to bfloat16, ties to even. */
function rounded(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer);
  bits[0] = (bits[0]! + 0x7fff + ((bits[0]! >>> 16) & 1)) & 0xffff0000;
  return new Float32Array(bits.buffer)[0]!;
}

const isRounded = (tensor: tf.Tensor) =>
  tensor.dataSync<'float32'>().every((value) => value === rounded(value));

/**
 * Of float32 sums over bfloat16 factors, rounded once: half a unit of bfloat16's 8 bits, and the sum's own rounding.
 */
const assertNear = (actual: tf.Tensor, expected: readonly number[]) => {
  for (const [i, value] of actual.dataSync<'float32'>().entries()) {
    assert.ok(Math.abs(value - expected[i]!) <= 2 ** -8 * Math.abs(expected[i]!) + 1e-6, `${value}`);
  }
};

test('matrix products and convolutions round their operands and results to bfloat16', { skip }, async () => {
  const engine = await open();
  assert.equal(engine.precision, 'bfloat16');
  assert.match(engine.description, /, in bfloat16$/);
  const before = engine.handles();
  tf.tidy(() => {
    const [a, b] = [random([5, 40], 1), random([40, 3], 2)] as [tf.Tensor2D, tf.Tensor2D];
    const [x, y] = [a, b].map((each) => Array.from(each.dataSync<'float32'>(), rounded)) as [
      number[],
      number[],
    ];
    const expected = Array.from({ length: 15 }, (_, i) => {
      const [row, column] = [Math.floor(i / 3), i % 3];
      return Array.from({ length: 40 }, (_, k) => x[row * 40 + k]! * y[k * 3 + column]!).reduce(
        (sum, each) => sum + each,
      );
    });
    for (const product of [
      tf.matMul(a, b),
      tf.conv2d(
        tf.reshape(a, [1, 5, 1, 40]) as tf.Tensor4D,
        tf.reshape(b, [1, 1, 40, 3]) as tf.Tensor4D,
        1,
        'valid',
      ),
    ]) {
      assert.ok(isRounded(product));
      assertNear(product, expected);
    }
  });
  assert.equal(engine.handles(), before);
});

test('ReLU, pooling, dropout masks and reshapes stay in bfloat16; sums and softmax are float32', {
  skip,
}, async () => {
  const engine = await open();
  const before = engine.handles();
  tf.tidy(() => {
    const x = random([2, 6, 6, 8], 3) as tf.Tensor4D;
    const y = tf.conv2d(x, random([3, 3, 8, 8], 4) as tf.Tensor4D, 1, 'same');
    const mask = tf.fill([2, 8, 3, 3], 2);
    const pooled = tf.maxPool(tf.relu(y), 2, 2, 'valid');
    const flat = tf.reshape(tf.mul(tf.transpose(pooled, [0, 3, 1, 2]), mask), [2, -1]);
    assert.ok(isRounded(flat));
    const values = flat.dataSync<'float32'>();
    const sums = [0, 1].map((row) => values.subarray(row * 72, (row + 1) * 72).reduce((a, b) => a + b));
    tf.sum(flat, 1)
      .dataSync()
      .forEach((sum, row) => {
        assert.ok(Math.abs(sum - sums[row]!) < 1e-3);
      });
    assert.ok(!isRounded(tf.softmax(flat as tf.Tensor2D)));
    assert.ok(!isRounded(x), 'the operands are unchanged');
  });
  assert.equal(engine.handles(), before);
});

test('a scalar factor is not rounded, which would change the norm of clipped gradients', {
  skip,
}, async () => {
  const engine = await open();
  const before = engine.handles();
  tf.tidy(() => {
    const product = tf.matMul(tf.tensor2d([[1], [2]]), tf.tensor2d([[1, 3]]));
    const scaled = [1, 3, 2, 6].map((each) => Math.fround(each * Math.fround(0.3)));
    assert.deepEqual([...tf.mul(product, 0.3).dataSync()], scaled);
  });
  assert.equal(engine.handles(), before);
});

test('an optimizer takes bfloat16 gradients, and its parameters stay float32', { skip }, async () => {
  const engine = await open();
  const parameter = engine.parameter([2, 2], Float32Array.of(1, 1, 1, 1));
  const before = engine.handles();
  tf.tidy(() => {
    const gradient = tf.matMul(tf.tensor2d([[1], [2]]), tf.tensor2d([[1, 3]]));
    engine.applyGradientDescent(parameter, gradient, 1 / 1024);
  });
  assert.deepEqual(
    [...parameter.values()],
    [1, 3, 2, 6].map((each) => 1 - each / 1024),
  );
  assert.equal(engine.handles(), before);
  parameter.dispose();
});
