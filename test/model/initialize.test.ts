import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { initializeLayer } from '../../dist/model/initialize.js';
import { MersenneTwister } from '../../dist/random.js';
import { readGolden, sha256 } from '../golden/golden.js';

interface Parameter {
  name: string;
  shape: number[];
  sha256: string;
  first: number[];
}
const golden = readGolden<{ seed: number; parameters: Parameter[]; head: Parameter[] }>('initialization');

describe('initializeLayer', () => {
  // In this order, from one generator: the 1000-way head is drawn before the one that replaces it.
  const generator = new MersenneTwister(golden.seed);
  const parameters = [...golden.parameters, ...golden.head];
  for (let i = 0; i < parameters.length; i += 2) {
    const [weight, bias] = [parameters[i]!, parameters[i + 1]!];
    it(`draws torch's ${weight.name} [${weight.shape}] and its bias, to the bit`, () => {
      const layer = initializeLayer(weight.shape, generator);
      for (const [values, expected] of [
        [layer.weight, weight],
        [layer.bias, bias],
      ] as const) {
        assert.deepEqual([...values.subarray(0, 3)], expected.first);
        assert.equal(sha256(values), expected.sha256);
      }
    });
  }
});
