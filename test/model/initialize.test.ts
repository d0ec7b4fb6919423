import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { initializeLayer } from '../../dist/model/initialize.js';
import { MersenneTwister } from '../../dist/random/generator.js';
import { readGolden, sha256 } from '../golden/golden.js';

interface Parameter {
  name: string;
  shape: number[];
  sha256: string;
  first: number[];
}
/** Of AlexNet() itself, with its 1000 classes. */
const golden = readGolden<{ seed: number; parameters: Parameter[] }>('initialization');

describe('initializeLayer', () => {
  // In this order, from one generator.
  const generator = new MersenneTwister(golden.seed);
  for (let i = 0; i < golden.parameters.length; i += 2) {
    const [weight, bias] = [golden.parameters[i]!, golden.parameters[i + 1]!];
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
