// The parameters of random transforms are torchvision's for the same seed, and so is the next random number.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cropPart, erasedPart, jitterFactors } from '../../../dist/data/augmentation/parameters.js';
import { MersenneTwister } from '../../../dist/random/generator.js';
import { transforms } from '../../golden/transforms.js';

test('crops: RandomResizedCrop.get_params', () => {
  for (const [smallest, width, height, seed, ...expected] of transforms.crops) {
    const generator = new MersenneTwister(seed);
    const part = cropPart(generator, { width, height }, smallest);
    assert.deepEqual([part.top, part.left, part.height, part.width, generator.rand()], expected);
  }
  assert.ok(transforms.crops.length >= 90);
});

test('jitter: ColorJitter.get_params', () => {
  for (const { strength, hue, seed, order, factors, next } of transforms.jitters) {
    const generator = new MersenneTwister(seed);
    const found = jitterFactors(generator, { strength, hue });
    assert.deepEqual(found.order, order);
    assert.deepEqual(
      found.factors.map((factor) => factor ?? null),
      factors,
    );
    assert.equal(generator.rand(), next);
  }
});

test('erase: RandomErasing', () => {
  for (const [seed, expected, next] of transforms.erasures) {
    const generator = new MersenneTwister(seed);
    const part = erasedPart(generator, 224, 0.5);
    assert.deepEqual(part ? [part.top, part.left, part.height, part.width] : null, expected);
    assert.equal(generator.rand(), next);
  }
  assert.ok(transforms.erasures.some(([, part]) => part) && transforms.erasures.some(([, part]) => !part));
});
