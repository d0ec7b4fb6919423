// Our kernels must give the same values as the ones that they replace. The whole network: torchParity.test.ts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import * as kernels from '../../dist/engine/kernels/layers.js';
import { specializeKernel } from '../../dist/engine/kernels/replaceKernel.js';
import { MersenneTwister } from '../../dist/random/generator.js';
import { engines, open } from './engines.js';

/** Small integers, so that sums are exact and pooling windows contain ties. */
function integers(shape: number[], seed: number): tf.Tensor {
  const random = new MersenneTwister(seed);
  const length = shape.reduce((product, n) => product * n, 1);
  return tf.tensor(
    Float32Array.from({ length }, () => Math.floor(random.rand() * 7) - 3),
    shape,
  );
}

/** The gradient of a max pool by definition: that of each window goes to its first maximum, as in PyTorch. */
function maxPoolGradient(
  x: number[][][][],
  dy: number[][][][],
  size: number,
  stride: number,
): number[][][][] {
  const gradient = x.map((image) => image.map((row) => row.map((pixel) => pixel.map(() => 0))));
  dy.forEach((image, n) => {
    image.forEach((row, i) => {
      row.forEach((pixel, j) => {
        pixel.forEach((value, c) => {
          let [bestY, bestX] = [i * stride, j * stride];
          for (let y = i * stride; y < i * stride + size; y++) {
            for (let column = j * stride; column < j * stride + size; column++) {
              if (x[n]![y]![column]![c]! > x[n]![bestY]![bestX]![c]!) [bestY, bestX] = [y, column];
            }
          }
          gradient[n]![bestY]![bestX]![c]! += value;
        });
      });
    });
  });
  return gradient;
}

for (const { device, skip } of await engines()) {
  test(`gradient of overlapping max pooling windows (${device})`, { skip }, async () => {
    await open(device);
    for (const height of [3, 7, 13, 27]) {
      const pooled = (height - 3) / 2 + 1;
      // Distinct values: with ties, the gradient would not be unique.
      const order = new MersenneTwister(height).randperm(2 * height * height * 8);
      const x = tf.tensor4d(Float32Array.from(order), [2, height, height, 8]);
      const dy = integers([2, pooled, pooled, 8], 1) as tf.Tensor4D;
      const output = tf.maxPool(x, 3, 2, 'valid');
      const gradient = kernels.maxPoolGradient(dy, { input: x, output }, 3, { stride: 2, pad: 'valid' });
      assert.deepEqual(await gradient.array(), maxPoolGradient(await x.array(), await dy.array(), 3, 2));
      tf.dispose([x, dy, output, gradient]);
    }
  });

  test(`gradients of ReLU and of a bias (${device})`, { skip }, async () => {
    await open(device);
    const x = integers([2, 3, 3, 5], 2);
    const bias = integers([5], 3) as tf.Tensor1D;
    const dy = integers([2, 3, 3, 5], 4);
    const gx = kernels.reluGradient(dy, tf.relu(tf.add(x, bias)));
    const gb = kernels.biasGradient(gx);
    const positive = tf.greater(tf.add(x, bias), 0);
    const expected = tf.mul(dy, tf.cast(positive, 'float32'));
    assert.deepEqual(await gx.array(), await expected.array());
    assert.deepEqual(await gb.array(), await tf.sum(expected, [0, 1, 2]).array());
    tf.disposeVariables();
  });

  test(`gradients of matrix products and convolutions match their definition (${device})`, {
    skip,
  }, async () => {
    await open(device);
    const [x, w, dy] = [integers([3, 6], 5), integers([4, 6], 6), integers([3, 4], 7)];
    const linear = (x: tf.Tensor, w: tf.Tensor) => tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D, false, true);
    const sums = (rows: number[][], columns: number[][]) =>
      rows.map((row) => columns.map((column) => row.reduce((sum, value, i) => sum + value * column[i]!, 0)));
    const [xs, ws, dys] = (await Promise.all([x, w, dy].map((each) => each.array()))) as [
      number[][],
      number[][],
      number[][],
    ];
    const transposed = (rows: number[][]) => rows[0]!.map((_, i) => rows.map((row) => row[i]!));
    assert.deepEqual(await linear(x, w).array(), sums(xs, ws));
    const [gx, gw] = [tf.matMul(dy as tf.Tensor2D, w), tf.matMul(dy as tf.Tensor2D, x, true, false)];
    assert.deepEqual(await gx.array(), sums(dys, transposed(ws)));
    assert.deepEqual(await gw.array(), sums(transposed(dys), transposed(xs)));
    assert.deepEqual(await tf.matMul(x as tf.Tensor2D, transposed(ws)).array(), sums(xs, ws));
    for (const rows of [1, 16, 64, 65]) {
      const some = integers([rows, 6], 8); // the number of rows selects the kernel
      assert.deepEqual(await linear(some, w).array(), sums((await some.array()) as number[][], ws));
    }

    // The output is linear in each operand: a component of the gradient is the change for a step of 1.
    for (const [size, kernel, stride, pad] of [
      [9, 3, 1, 'same'],
      [9, 5, 1, 'same'],
      [15, 11, 4, 'valid'],
      [16, 5, 3, 'valid'],
    ] as const) {
      const image = integers([2, size, size, 3], 8) as tf.Tensor4D;
      const filter = integers([kernel, kernel, 3, 2], 9) as tf.Tensor4D;
      const output = (image: tf.Tensor4D, filter: tf.Tensor4D) => tf.conv2d(image, filter, stride, pad);
      const weight = integers(output(image, filter).shape, 10) as tf.Tensor4D;
      const value = (image: tf.Tensor4D, filter: tf.Tensor4D) =>
        tf.sum(tf.mul(output(image, filter), weight));
      const gi = kernels.convolutionInputGradient(weight, filter, image.shape, { stride, pad });
      const gf = kernels.convolutionFilterGradient(weight, image, filter.shape, { stride, pad });
      const base = value(image, filter).dataSync()[0]!;
      for (const [operand, gradient] of [
        [image, gi],
        [filter, gf],
      ] as const) {
        for (const position of [0, 7, Math.floor(operand.size / 2), operand.size - 1]) {
          const step = tf.tensor(
            Float32Array.from({ length: operand.size }, (_, i) => (i === position ? 1 : 0)),
            operand.shape,
          ) as tf.Tensor4D;
          const moved =
            operand === image ? value(tf.add(image, step), filter) : value(image, tf.add(filter, step));
          assert.equal(
            gradient.dataSync()[position],
            moved.dataSync()[0]! - base,
            `${size} ${kernel} ${stride} ${pad}`,
          );
        }
      }
    }
  });

  test(`uniform() depends only on its seed and is uniform on [0, 1) (${device})`, { skip }, async () => {
    const engine = await open(device);
    const draw = (a: number, b: number) => engine.uniform([1000, 10], [a, b]).dataSync<'float32'>();
    assert.deepEqual(draw(1, 2), draw(1, 2));
    assert.notDeepEqual(draw(1, 2), draw(1, 3));
    assert.notDeepEqual(draw(1, 2), draw(2, 2));
    const values = draw(-5, 2 ** 31 - 1);
    assert.ok(values.every((value) => value >= 0 && value < 1));
    for (let tenth = 0; tenth < 10; tenth++) {
      const count = values.filter((value) => Math.floor(value * 10) === tenth).length;
      assert.ok(Math.abs(count - 1000) < 150, `${count} of 10000 in tenth ${tenth}`);
    }
  });

  test(`updating a parameter does not change a tensor that was read before (${device})`, {
    skip,
  }, async () => {
    const engine = await open(device);
    const before = engine.handles();
    const parameter = engine.parameter([2, 2], Float32Array.of(1, 2, 3, 4));
    const zeros = engine.parameter([3]);
    assert.deepEqual([...zeros.values()], [0, 0, 0]);
    const read = parameter.read();
    const gradient = tf.tensor2d([1, 1, 1, 1], [2, 2]);
    engine.applyGradientDescent(parameter, gradient, 0.5);
    assert.deepEqual([...parameter.values()], [0.5, 1.5, 2.5, 3.5]);
    assert.deepEqual([...read.dataSync()], [1, 2, 3, 4]);
    parameter.assign(Float32Array.of(9, 9, 9, 9));
    assert.deepEqual([...parameter.values()], [9, 9, 9, 9]);
    tf.dispose([read, gradient]);
    parameter.dispose();
    zeros.dispose();
    assert.equal(engine.handles(), before);
  });
}

test('specializing a kernel again replaces the previous specialization', async () => {
  await open('wasm');
  const calls: string[] = [];
  const specialize = (name: string, result?: tf.Tensor) =>
    specializeKernel('wasm', tf.Neg, () => {
      calls.push(name);
      return result;
    });
  const x = tf.tensor1d([1, 2]);
  specialize('first', tf.tensor1d([7, 7]));
  assert.deepEqual([...tf.neg(x).dataSync()], [7, 7]);
  specialize('second');
  calls.length = 0;
  assert.deepEqual([...tf.neg(x).dataSync()], [-1, -2], "the backend's own kernel");
  assert.deepEqual(calls, ['second']);
});
