import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alexNet } from '../../dist/model/alexnet.js';
import { firstFilters, firstFiltersName } from '../../dist/model/firstFilters.js';
import { initialState } from '../../dist/model/initialState.js';
import { MersenneTwister } from '../../dist/random/generator.js';
import { readGolden } from '../golden/golden.js';

test('the kernels equal the images that torchvision writes, each scaled separately', () => {
  const golden = readGolden<{ seed: number; classes: number; filters: number[] }>('gradCam');
  const widths = { convolutions: [4, 8, 12, 8, 8], hidden: [16, 12] } as const;
  const state = initialState(alexNet({ classes: golden.classes, widths }), new MersenneTwister(golden.seed));
  const { count, side, rgb } = firstFilters(state.get(firstFiltersName)!);
  assert.deepEqual([count, side, rgb.length], [4, 11, 4 * 11 * 11 * 3]);
  // PyTorch rounds each step to float32, so that values can be rounded the other way.
  rgb.forEach((value, i) => {
    assert.ok(Math.abs(value - golden.filters[i]!) <= 1, `byte ${i}: ${value}, not ${golden.filters[i]}`);
  });
  const off = rgb.filter((value, i) => value !== golden.filters[i]).length;
  assert.ok(off <= 2, `${off} bytes are off by one`);
});

test('a constant kernel is black, without a division by zero', () => {
  const weight = { shape: [1, 3, 2, 2], data: new Float32Array(12).fill(0.5) };
  assert.deepEqual([...firstFilters(weight).rgb], new Array(12).fill(0));
});
