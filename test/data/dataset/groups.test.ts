// Union-find compared with relabelling all members at each join.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGroups } from '../../../dist/data/dataset/groups.js';
import { MersenneTwister } from '../../../dist/random/generator.js';

test('groups equal those of a naive implementation', () => {
  const generator = new MersenneTwister(3);
  for (let round = 0; round < 50; round++) {
    const count = 30;
    const groups = createGroups(count);
    const labels = [...Array(count).keys()];
    for (let i = 0; i < round; i++) {
      const [a, b] = [Math.floor(generator.rand() * count), Math.floor(generator.rand() * count)];
      groups.join(a!, b!);
      const [from, to] = [labels[a!]!, labels[b!]!];
      labels.forEach((label, index) => {
        if (label === from) labels[index] = to;
      });
    }
    const expected = new Map<number, number[]>();
    for (const [index, label] of labels.entries()) {
      expected.set(label, [...(expected.get(label) ?? []), index]);
    }
    assert.deepEqual(
      groups.list(),
      [...expected.values()].filter(({ length }) => length > 1),
    );
  }
});
