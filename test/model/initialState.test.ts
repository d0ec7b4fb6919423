import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alexNet } from '../../dist/model/alexnet.js';
import { initialState } from '../../dist/model/initialState.js';
import { MersenneTwister } from '../../dist/random.js';
import { readGolden, sha256 } from '../golden/golden.js';

interface Parameter {
  name: string;
  shape: number[];
  sha256: string;
}
const golden = readGolden<{ seed: number; parameters: Parameter[]; head: Parameter[] }>('initialization');

test('a fresh state is that of torchvision’s AlexNet() with its head replaced, to the bit', () => {
  const classes = golden.head[0]!.shape[0]!;
  const state = initialState(alexNet({ classes }), new MersenneTwister(golden.seed));
  const expected = new Map(golden.parameters.map((parameter) => [parameter.name, parameter]));
  for (const part of golden.head) {
    const kind = part.shape.length === 2 ? 'weight' : 'bias';
    expected.set(`classifier.6.${kind}`, part);
  }
  assert.deepEqual([...state.keys()], [...expected.keys()]);
  for (const [name, { shape, data }] of state) {
    assert.deepEqual(shape, expected.get(name)!.shape, name);
    assert.equal(sha256(data), expected.get(name)!.sha256, name);
  }
});

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
