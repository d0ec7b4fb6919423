import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleBeta } from '../../dist/random/beta.js';
import { MersenneTwister } from '../../dist/random/generator.js';
import { readGolden } from '../golden/golden.js';

const { shares } = readGolden<{ shares: [number, number, number, number][] }>('regularization');

test("samples of Beta(alpha, alpha) are torch's, and so is the next random number", () => {
  for (const [alpha, seed, expected, next] of shares) {
    const generator = new MersenneTwister(seed);
    const found = sampleBeta(generator, alpha);
    // A logarithm may differ in the last bit of a double.
    assert.ok(Math.abs(found - expected) <= 1e-7 * expected, `${alpha} ${seed}: ${found}, ${expected}`);
    assert.equal(generator.rand(), next);
  }
  assert.equal(shares.length, 100);
});
