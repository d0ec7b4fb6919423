import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageNetClasses } from '../../dist/weights/modelOfWeights.js';

test('the 1000 classes of ImageNet have unique names in the order of the logits', () => {
  assert.equal(imageNetClasses.length, 1000);
  assert.equal(new Set(imageNetClasses).size, 1000);
  // Well-known indices; 134 and 517 have the same name in other lists.
  const known = { 0: 'tench', 134: 'crane bird', 281: 'tabby', 388: 'giant panda', 517: 'crane' };
  for (const [index, name] of Object.entries(known)) assert.equal(imageNetClasses[Number(index)], name);
  assert.equal(imageNetClasses.at(-1), 'toilet tissue');
});
