import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from '../../dist/commands/inspect.js';
import { alexNet } from '../../dist/model/alexnet.js';
import { outputValues } from '../../dist/model/outputs.js';

test('the number of values at each layer is what a pass gives', async () => {
  const { layers } = await inspect([], {});
  const counted = outputValues(alexNet({ classes: 2 }));
  const shapes = new Map(layers.map(({ name, outputShape }) => [name, outputShape]));
  for (const [index, { name }] of alexNet({ classes: 2 }).entries()) {
    const shape = shapes.get(name);
    if (!shape) continue; // flatten is no module
    assert.equal(
      counted[index],
      shape.slice(1).reduce((product, n) => product * n, 1),
      name,
    );
  }
  assert.ok(shapes.size > 15);
});
