import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alexNet } from '../../dist/model/alexnet.js';
import { initializeLayer, initialState } from '../../dist/model/initialState.js';
import { MersenneTwister } from '../../dist/random/generator.js';
import { readGolden, sha256 } from '../golden/golden.js';

interface Parameter {
  name: string;
  shape: number[];
  sha256: string;
}
interface InitializedParameter extends Parameter {
  first: number[];
}
const golden = readGolden<{
  /** AlexNet() with 1000 classes. */
  seed: number;
  parameters: InitializedParameter[];
  networks: { seed: string; classes: number; parameters: Parameter[] }[];
}>('initialization');

// One generator, in this order.
const generator = new MersenneTwister(golden.seed);
for (let i = 0; i < golden.parameters.length; i += 2) {
  const [weight, bias] = [golden.parameters[i]!, golden.parameters[i + 1]!];
  test(`initializeLayer equals PyTorch for ${weight.name} [${weight.shape}] and its bias, bit for bit`, () => {
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

for (const { seed, classes, parameters } of golden.networks) {
  test(`the initial state equals AlexNet() with a head for ${classes} classes, seed ${seed}, bit for bit`, () => {
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

test('loaded parameters are used and don’t change those of other layers', () => {
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

test('if only one parameter of a layer is loaded, the other is initialized as without it', () => {
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
