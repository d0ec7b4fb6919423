// The suggestion of a learning rate: in the middle of the valley, or none.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MersenneTwister } from '../../dist/random/generator.js';
import { suggestRate } from '../../dist/trials/suggestion.js';

const rates = Array.from({ length: 100 }, (_, index) => 1e-7 * 1e8 ** (index / 99));

/** Flat to 1e-4, falling to 1e-1, then rising, with noise. */
const valley = (noise: number) => {
  const generator = new MersenneTwister(3);
  return rates.map((rate) => {
    const power = Math.log10(rate);
    const loss = power < -4 ? 0.7 : power < -1 ? 0.7 - 0.2 * (power + 4) : 0.1 + (power + 1);
    return loss + noise * (generator.rand() - 0.5);
  });
};

test('the suggestion is where the loss falls, inside its range, with noise or without', () => {
  for (const noise of [0, 0.02, 0.1]) {
    const found = suggestRate({ rates, losses: valley(noise) });
    assert.ok('rate' in found);
    assert.ok(found.rate > 1e-4 && found.rate < 1e-1, `${noise}: ${found.rate}`);
    assert.ok(found.range[0] <= found.rate && found.rate <= found.range[1]);
  }
});

test('a sweep that ends early has a suggestion too', () => {
  const losses = valley(0.02).slice(0, 80);
  const found = suggestRate({ rates: rates.slice(0, 80), losses });
  assert.ok('rate' in found && found.rate < 1e-1);
});

test('no suggestion where the loss does not fall, or is not finite from the beginning', () => {
  const generator = new MersenneTwister(1);
  const flat = rates.map(() => 0.7 + 0.02 * generator.rand());
  assert.deepEqual(suggestRate({ rates, losses: flat }), {
    none: 'The loss does not fall at any learning rate.',
  });
  const rising = rates.map((_, index) => 0.7 + index / 10);
  assert.ok('none' in suggestRate({ rates, losses: rising }));
  assert.match(JSON.stringify(suggestRate({ rates: [], losses: [] })), /not finite/);
});
