import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { alexNet } from '../../dist/model/alexnet.js';
import { gradCam } from '../../dist/model/gradCam.js';
import { initialState } from '../../dist/model/initialState.js';
import { Network } from '../../dist/model/network.js';
import { MersenneTwister } from '../../dist/random/generator.js';
import { constantState } from '../commands/models.js';
import { narrow } from '../commands/narrow.js';
import { engines, open } from '../engine/engines.js';
import { goldenBatch } from '../golden/batch.js';
import { readGolden } from '../golden/golden.js';

const golden = readGolden<{
  seed: number;
  classes: number;
  images: number;
  cases: { class: number; maps: number[][] }[];
}>('gradCam');
const labels = Array.from({ length: golden.images }, (_, i) => i % golden.classes);
const layers = alexNet({
  classes: golden.classes,
  widths: { convolutions: [4, 8, 12, 8, 8], hidden: [16, 12] },
});
const state = initialState(layers, new MersenneTwister(golden.seed));

for (const { device, skip } of await engines()) {
  test(`the map of each image matches PyTorch's for its class, without leaking tensors (${device})`, {
    skip,
  }, async () => {
    const engine = await open(device);
    const network = new Network(layers, engine, state);
    const images = goldenBatch(labels, 0);
    const handles = engine.handles();
    for (const shift of [0, 1, 2]) {
      const classes = labels.map((label) => (label + shift) % golden.classes);
      const maps = gradCam(network, images, classes);
      for (const [row, { side, values }] of maps.entries()) {
        const expected = golden.cases[classes[row]!]!.maps[row]!;
        assert.equal(side, 13);
        assert.equal(values.length, expected.length);
        const difference = Math.max(...expected.map((value, i) => Math.abs(value - values[i]!)));
        assert.ok(difference < 1e-5, `image ${row}, class ${classes[row]}: off by ${difference}`);
      }
    }
    assert.equal(engine.handles(), handles);
    images.dispose();
    network.dispose();
  });

  test(`a network that ignores the image gives a map of zeros (${device})`, { skip }, async () => {
    const engine = await open(device);
    const network = new Network(alexNet({ classes: 2, widths: narrow }), engine, constantState([1, 0]));
    const images = tf.ones([1, 228, 228, 3]); // padded, as by the loader
    const [map] = gradCam(network, images, [0]);
    assert.deepEqual([...map!.values], new Array(13 * 13).fill(0));
    assert.throws(() => gradCam(network, images, [2]), /Expected a class from 0 to 1 but received 2/);
    images.dispose();
    network.dispose();
  });
}

test('the golden maps are not trivial', () => {
  const all = golden.cases.flatMap(({ maps }) => maps);
  assert.ok(all.filter((values) => Math.max(...values) === 1).length > all.length / 2);
  assert.ok(all.some((values) => values.filter((value) => value > 0 && value < 0.5).length > 20));
});
