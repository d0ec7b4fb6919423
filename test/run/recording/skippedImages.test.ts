// When unreadable images end a training.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SkippedImages } from '../../../dist/run/recording/skippedImages.js';
import type { SkippedEvent } from '../../../dist/training/events.js';

const names = ['a/1', 'a/2', 'a/3', 'b/1', 'b/2'];
const dataset = { names, paths: names, labels: [0, 0, 0, 1, 1], classes: ['a', 'b'], train: [0, 1, 3, 4] };
const trainingOf = (maxBad: number, reference: 'none' | 'torch' = 'none') =>
  ({ config: { data: 'x', maxBad, reference }, dataset }) as unknown as ConstructorParameters<
    typeof SkippedImages
  >[0];
const skipped = (file: string): SkippedEvent => ({ event: 'skipped', file, reason: 'truncated' });
const empty = { exitCode: 3, message: "None of the training images of the class 'a' can be read." };

test('more unreadable files than --max-bad allows are an error that names the last one', () => {
  const images = new SkippedImages(trainingOf(0.2));
  images.add(skipped('a/1'));
  assert.throws(() => images.add(skipped('b/1')), {
    exitCode: 3,
    message: /2 of 5 files are unreadable so far, more than --max-bad 0\.2 .* last one is b\/1: truncated/,
  });
});

test('a class without a readable training image is an error, but not for a script of PyTorch', () => {
  const images = new SkippedImages(trainingOf(1));
  images.add(skipped('a/3')); // for validation
  images.add(skipped('a/1'));
  assert.throws(() => images.add(skipped('a/2')), empty);
  const asTorch = new SkippedImages(trainingOf(1, 'torch'));
  for (const name of names) asTorch.add(skipped(name));
});

test('images that were unreadable before a resume count', () => {
  const images = new SkippedImages(trainingOf(1), [skipped('a/1')]);
  assert.throws(() => images.add(skipped('a/2')), empty);
  assert.equal(images.events.length, 2);
});
