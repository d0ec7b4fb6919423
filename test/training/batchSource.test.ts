import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { ImageLoader } from '../../dist/data/imageLoader.js';
import { chunksOf, inOrder } from '../../dist/data/sampler.js';
import { imageNetPreprocessing } from '../../dist/data/transforms/preprocessing.js';
import { ImageSource, isEvent } from '../../dist/training/batchSource.js';
import { drawFolder } from '../data/colouredFolder.js';
import { engines, open } from '../engine/engines.js';
import { temporaryFolder } from '../support.js';

const [native] = await engines();

test('an unreadable image makes its own batch smaller, each time, and is reported once', async (t) => {
  await open('wasm');
  const { paths } = await drawFolder(await temporaryFolder(t), [7]);
  for (const index of [1, 6]) await writeFile(paths[index]!, 'no image');
  const loader = new ImageLoader({
    preprocessing: imageNetPreprocessing,
    border: 2,
    workers: 1,
    ahead: false,
  });
  const source = new ImageSource(loader, paths, String);
  const look = async () => {
    const batches: number[][] = [];
    const skipped: string[] = [];
    for await (const item of source.batches(chunksOf(inOrder([0, 1, 2, 3, 4, 5, 6]), 3))) {
      if (!isEvent(item)) {
        assert.deepEqual(item.inputs.shape, [item.samples.length, 228, 228, 3]);
        batches.push(item.samples.map(({ index }) => index));
      } else if (item.event === 'skipped') skipped.push(item.file);
    }
    return { batches, skipped };
  };
  const batches = [
    [0, 2],
    [3, 4, 5],
  ];
  assert.deepEqual(await look(), { batches, skipped: ['1', '6'] });
  assert.deepEqual(await look(), { batches, skipped: [] });
  await loader[Symbol.asyncDispose]();
});

test('images that the engine normalizes from bytes equal those of the workers, on a CPU to the bit', {
  skip: native!.skip,
}, async (t) => {
  const engine = await open(native!.device);
  const { paths } = await drawFolder(await temporaryFolder(t), [9]);
  await writeFile(paths[4]!, 'no image');
  const format = { preprocessing: imageNetPreprocessing, border: 2, workers: 2, ahead: true };
  const { normalizedImages } = engine;
  const normalize = (bytes: Uint8Array) => normalizedImages!(bytes, { ...imageNetPreprocessing, border: 2 });
  const samples = paths.map((_, index) => ({
    index,
    transform:
      index < 6
        ? { flip: index % 2 === 1 }
        : { flip: false, random: { augment: 'crop,erase:1', seed: index } },
  }));
  const tensors = tf.memory().numTensors;
  const inputs: Float32Array[][] = [];
  for (const loader of [new ImageLoader(format), new ImageLoader({ ...format, normalize })]) {
    const values: Float32Array[] = [];
    // Twice: the memory of a batch of bytes is used for a batch with erased parts, which bytes can't hold.
    for (let pass = 0; pass < 2; pass++) {
      for await (const item of new ImageSource(loader, paths, String).batches(chunksOf(samples, 3))) {
        if (!isEvent(item)) values.push(item.inputs.dataSync<'float32'>());
      }
    }
    await loader[Symbol.asyncDispose]();
    inputs.push(values);
  }
  for (const batches of inputs) {
    assert.deepEqual(
      batches.map(({ length }) => length / (228 * 228 * 3)),
      [3, 2, 3, 3, 2, 3],
    );
  }
  for (const [index, values] of inputs[0]!.entries()) {
    const others = inputs[1]![index]!;
    if (native!.device !== 'cuda') assert.deepEqual(others, values);
    else {
      // A GPU divides with an error of up to 2 units in the last place.
      const gap = values.reduce((gap, value, i) => Math.max(gap, Math.abs(value - others[i]!)), 0);
      assert.ok(gap <= 1e-6, `a difference of ${gap}`);
    }
  }
  assert.equal(tf.memory().numTensors, tensors);
});
