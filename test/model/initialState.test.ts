import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alexNet } from '../../dist/model/alexnet.js';
import { initialState } from '../../dist/model/initialState.js';
import { MersenneTwister } from '../../dist/random/generator.js';
import { readGolden, sha256 } from '../golden/golden.js';

interface Parameter {
  name: string;
  shape: number[];
  sha256: string;
}
const golden = readGolden<{ networks: { seed: string; classes: number; parameters: Parameter[] }[] }>(
  'initialization',
);

for (const { seed, classes, parameters } of golden.networks) {
  test(`a fresh state is that of AlexNet() with a head for ${classes} classes, seed ${seed}, to the bit`, () => {
    const state = initialState(alexNet({ classes }), new MersenneTwister(BigInt(seed)));
    assert.deepEqual(
      [...state.keys()],
      parameters.map(({ name }) => name),
    );
    for (const { name, shape, sha256: expected } of parameters) {
      const found = state.get(name)!;
      assert.deepEqual(found.shape, shape, name);
      assert.equal(sha256(found.data), expected, name);
    }
  });
}

const layers = alexNet({ classes: 3, widths: { convolutions: [4, 8, 8, 8, 8], hidden: [32, 16] } });
const fresh = initialState(layers, new MersenneTwister(5));

test('what is loaded is taken, and changes nothing in the other layers', () => {
  const loaded = new Map(
    ['features.3', 'classifier.4'].flatMap((layer) =>
      [`${layer}.weight`, `${layer}.bias`].map((name) => {
        const { shape, data } = fresh.get(name)!;
        return [name, { shape, data: data.map((value) => value + 1) }] as const;
      }),
    ),
  );
  for (const [name, tensor] of initialState(layers, new MersenneTwister(5), loaded)) {
    assert.deepEqual(tensor, loaded.get(name) ?? fresh.get(name), name);
  }
});

test('a layer of which only one parameter is loaded draws the other as if both were fresh', () => {
  const weight = { shape: [8, 4, 5, 5], data: new Float32Array(800) };
  const state = initialState(layers, new MersenneTwister(5), new Map([['features.3.weight', weight]]));
  assert.deepEqual(state.get('features.3.weight'), weight);
  assert.deepEqual(state.get('features.3.bias'), fresh.get('features.3.bias'));
  assert.deepEqual(state.get('features.6.weight'), fresh.get('features.6.weight'));
});

test('another seed gives other values', () => {
  for (const [name, tensor] of initialState(layers, new MersenneTwister(6)))
    assert.notDeepEqual(tensor, fresh.get(name), name);
});
