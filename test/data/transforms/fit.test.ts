import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeImage } from '../../../dist/data/decode.js';
import { fitted } from '../../../dist/data/transforms/fit.js';
import { preprocessingOf } from '../../../dist/data/transforms/preprocessing.js';
import { createResizer } from '../../../dist/data/transforms/resize.js';
import { sha256 } from '../../golden/golden.js';
import { noise, transforms } from '../../golden/transforms.js';

test('--resize crop gives the pixels of Resize(256) and CenterCrop(224)', () => {
  const resize = createResizer();
  const preprocessing = preprocessingOf({ resize: 'crop' });
  for (const { size, sha256: expected } of transforms.centerCrops) {
    assert.equal(sha256(fitted(resize, noise(size), preprocessing)), expected, size.join(' x '));
  }
});

test('--exif gives the pixels of exif_transpose, also for invalid orientations', async () => {
  for (const { name, file, size, sha256: expected } of transforms.oriented) {
    const { data, width, height } = await decodeImage(Buffer.from(file, 'base64'), { exif: true });
    assert.deepEqual([width, height], size, name);
    assert.equal(sha256(data), expected, name);
  }
});

test('preprocessing by default has no further keys, so that features stay cached', () => {
  const keys = Object.keys(preprocessingOf({ grey16: 'clip', resize: 'squash', exif: false }));
  assert.deepEqual(keys, ['size', 'interpolation', 'mean', 'std']);
});
