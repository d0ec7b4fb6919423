// Random transforms have torchvision's pixels, to the byte.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { augmentationsIn } from '../../../dist/data/augmentation/augment.js';
import { jitter } from '../../../dist/data/augmentation/colorJitter.js';
import { toHsv, toRgb } from '../../../dist/data/augmentation/hue.js';
import { viewOf } from '../../../dist/data/augmentation/view.js';
import { erase, writeNormalized } from '../../../dist/data/transforms/normalize.js';
import { imageNetPreprocessing } from '../../../dist/data/transforms/preprocessing.js';
import { createResizer } from '../../../dist/data/transforms/resize.js';
import { sha256 } from '../../golden/golden.js';
import { noise, transforms } from '../../golden/transforms.js';

test('each adjustment of ColorJitter', () => {
  const names = ['brightness', 'contrast', 'saturation', 'hue'];
  for (const { name, factor, sha256: expected } of transforms.adjustments) {
    const { data } = noise([67, 41]);
    jitter(data, { order: [3, 1, 0, 2], factors: names.map((each) => (each === name ? factor : undefined)) });
    assert.equal(sha256(data), expected, `${name} ${factor}`);
  }
});

test('hue, saturation and value of 658,503 colours, and back', () => {
  const levels = [...Array.from({ length: 86 }, (_, index) => 3 * index), 254];
  const grid = () =>
    Uint8Array.from(levels.flatMap((r) => levels.flatMap((g) => levels.flatMap((b) => [r, g, b]))));
  const [hsv, rgb] = [grid(), grid()];
  toHsv(hsv);
  toRgb(rgb);
  assert.equal(hsv.length, 3 * 658_503);
  assert.deepEqual({ hsv: sha256(hsv), rgb: sha256(rgb) }, transforms.hues);
});

test('crop, flip, jitter and erase together, from one generator', () => {
  const size = 224;
  const resize = createResizer();
  for (const { seed, size: given, sha256: expected } of transforms.views) {
    const random = { augment: 'erase,flip,jitter,crop', seed }; // whatever the order, with the defaults
    const view = viewOf(resize, noise(given), { flip: false, random }, imageNetPreprocessing);
    // The identity instead of the normalization, and a border of 1 to be left alone.
    const tables = Float32Array.from({ length: 768 }, (_, index) => index % 256);
    const target = new Float32Array((size + 2) ** 2 * 3).fill(-1);
    writeNormalized(view.rgb, size, view.flip, tables, target, 1);
    if (view.erased) erase(target, view.erased, size, 1);
    const inner = target.filter((value) => value >= 0);
    assert.equal(inner.length, size * size * 3);
    assert.equal(sha256(Uint8Array.from(inner)), expected, `seed ${seed}, ${given.join(' x ')}`);
  }
});

test('the lists of --augment', () => {
  const jitterOf = (strength: number, hue: number) => ({ flip: false, jitter: { strength, hue } });
  assert.deepEqual(augmentationsIn('none'), { flip: false });
  assert.deepEqual(augmentationsIn('flip'), { flip: true });
  assert.deepEqual(augmentationsIn('crop:.08,flip'), { flip: true, crop: 0.08 });
  assert.deepEqual(augmentationsIn('jitter'), jitterOf(0.2, 0.02));
  assert.deepEqual(augmentationsIn('jitter:0.5'), jitterOf(0.5, 0.02));
  assert.deepEqual(augmentationsIn('jitter:0.5:0'), jitterOf(0.5, 0));
  assert.deepEqual(augmentationsIn('erase:1'), { flip: false, erase: 1 });
  const invalid =
    'flip,|none,flip|crop,crop|flip:0.5|crop:0|crop:1.1|crop:1e-1|crop: 1|erase:2|jitter:1:1|Flip|constructor';
  for (const text of ['', ...invalid.split('|')]) assert.equal(augmentationsIn(text), undefined, text);
});
