// The samples of the script that --reference torch follows (golden: make_reference.py).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type * as tf from '@tensorflow/tfjs-core';
import { splitSamples } from '../../dist/data/dataset/split.js';
import { alexNet } from '../../dist/model/alexnet.js';
import { initialState } from '../../dist/model/initialState.js';
import { dropoutInputs } from '../../dist/model/layers.js';
import { generatorAfterSplit, torchRandomness } from '../../dist/training/torchRandomness.js';
import { open } from '../engine/engines.js';
import { readGolden, sha256 } from '../golden/golden.js';

interface Golden {
  seed: number;
  images: number;
  classes: number;
  batch: number;
  labels: number[];
  samples: {
    train: number[];
    validation: number[];
    epochs: { train: [number, number][]; validation: [number, number][]; masks: string[][] }[];
  };
}
const { seed, classes, batch, labels, samples: golden } = readGolden<Golden>('reference');
const widths = { convolutions: [4, 8, 12, 8, 8], hidden: [16, 12] } as const;
const layers = alexNet({ classes, widths });
const split = splitSamples(
  labels.map((label) => ({ label })),
  { method: 'torch', share: 0.1, seed },
);

/** Where the script stands before its first epoch. */
function begin() {
  const generator = generatorAfterSplit(seed, labels.length);
  initialState(layers, generator);
  return torchRandomness({ ...split, generator, augment: 'flip', batchSize: batch, layers });
}
const asPairs = (samples: readonly { index: number; transform: { flip: boolean } }[]) =>
  samples.map(({ index, transform }) => [index, Number(transform.flip)]);

/** Hashes of the masks that a step's Dropout layers ask for. */
function masksOf(mask: (layer: number, shape: number[], p: number) => tf.Tensor, images: number) {
  return dropoutInputs(layers).map((width, layer) => {
    const tensor = mask(layer, [images, width], 0.5);
    const hash = sha256(tensor.dataSync<'float32'>());
    tensor.dispose();
    return hash;
  });
}

test('the split is the script’s', () => assert.deepEqual({ ...split }, pick(golden)));
const pick = ({ train, validation }: Golden['samples']) => ({ train, validation });

test('order, flips and dropout masks of every step of three epochs', async () => {
  await open('wasm');
  const randomness = begin();
  let step = 0;
  for (const [index, expected] of golden.epochs.entries()) {
    const { train, validation } = randomness.epoch(index + 1);
    assert.deepEqual(asPairs(train), expected.train);
    assert.deepEqual(asPairs(validation), expected.validation);
    for (const [number, masks] of expected.masks.entries()) {
      const images = Math.min(batch, train.length - number * batch);
      assert.deepEqual(masksOf(randomness.dropout(step), images), masks, `step ${step}`);
      step += 1;
    }
  }
  assert.equal(step, 15);
});

test('epochs and steps that are left out change nothing for those that follow', async () => {
  await open('wasm');
  const randomness = begin();
  const { train, validation } = randomness.epoch(3);
  assert.deepEqual(asPairs(train), golden.epochs[2]!.train);
  assert.deepEqual(asPairs(validation), golden.epochs[2]!.validation);
  assert.deepEqual(masksOf(randomness.dropout(10 + 3), batch), golden.epochs[2]!.masks[3]);
  assert.deepEqual(masksOf(randomness.dropout(10 + 4), 1), golden.epochs[2]!.masks[4]);
});
