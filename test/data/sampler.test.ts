import assert from 'node:assert/strict';
import { test } from 'node:test';
import { transformKey } from '../../dist/data/augmentation/transform.js';
import { chunksOf, inOrder, trainingSamples } from '../../dist/data/sampler.js';

const indices = Array.from({ length: 500 }, (_, i) => i * 3);
const sample = (options: Partial<Parameters<typeof trainingSamples>[1]> = {}) =>
  trainingSamples(indices, { seed: 1, epoch: 1, augment: 'flip', ...options });

test('an epoch samples every image once, in an order of its own', () => {
  const first = sample();
  assert.deepEqual(
    first.map(({ index }) => index).sort((a, b) => a - b),
    indices,
  );
  assert.notDeepEqual(
    first.map(({ index }) => index),
    indices,
  );
  assert.deepEqual(sample(), first);
  for (const other of [{ epoch: 2 }, { seed: 2 }]) {
    const order = sample(other).map(({ index }) => index);
    assert.notDeepEqual(
      order,
      first.map(({ index }) => index),
    );
  }
});

test('about half are mirrored, and others in each epoch', () => {
  const mirrored = (epoch: number) =>
    sample({ epoch })
      .filter(({ transform }) => transform.flip)
      .map(({ index }) => index)
      .sort((a, b) => a - b);
  for (const epoch of [1, 2, 3]) assert.ok(Math.abs(mirrored(epoch).length - 250) < 50);
  assert.notDeepEqual(mirrored(1), mirrored(2));
  assert.ok(sample({ augment: 'none' }).every(({ transform }) => !transform.flip));
  assert.ok(inOrder(indices).every(({ transform }) => !transform.flip));
});

test('a random transform depends on the seed, the image and the epoch; views recur', () => {
  const transformsOf = (options: Partial<Parameters<typeof trainingSamples>[1]>, among = indices) =>
    new Map(
      trainingSamples(among, { seed: 1, epoch: 1, augment: 'flip,crop', ...options }).map(
        ({ index, transform }) => [index, transformKey(transform)],
      ),
    );
  const first = transformsOf({});
  assert.equal(new Set(first.values()).size, indices.length);
  for (const other of [{ epoch: 2 }, { seed: 2 }]) {
    const others = transformsOf(other);
    assert.ok(indices.every((index) => others.get(index) !== first.get(index)));
  }
  const fewer = transformsOf({}, indices.slice(0, 100));
  assert.ok(indices.slice(0, 100).every((index) => fewer.get(index) === first.get(index)));
  for (const [epoch, same] of [
    [1, 1],
    [3, 1],
    [4, 2],
  ] as const) {
    const ofEpoch = transformsOf({ epoch: same });
    const recurring = transformsOf({ epoch, views: 2 });
    assert.ok(indices.every((index) => recurring.get(index) === ofEpoch.get(index)));
  }
});

test('chunks are consecutive, the last may be shorter', () => {
  assert.deepEqual([...chunksOf([1, 2, 3, 4, 5], 2)], [[1, 2], [3, 4], [5]]);
  assert.deepEqual([...chunksOf([], 2)], []);
});
