import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { confusionSheet } from '../../dist/drawing/confusionSheet.js';

async function pixelsOf(page: ReturnType<typeof confusionSheet>) {
  const { data, info } = await sharp(await page.encode('.png'))
    .raw()
    .toBuffer({ resolveWithObject: true });
  return (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)];
}

test('cells are coloured by the share of their row', async () => {
  const page = confusionSheet(
    [
      [4, 0],
      [1, 1],
    ],
    ['a', 'b'],
    'caption',
  );
  const at = await pixelsOf(page);
  const cell = (row: number, column: number) => at(156 + column * 64 + 60, 66 + row * 64 + 60);
  assert.deepEqual(cell(0, 0), [110, 160, 235]);
  assert.deepEqual(cell(0, 1), [255, 255, 255]);
  assert.deepEqual(cell(1, 0), [248, 203, 175]);
  assert.deepEqual(cell(1, 1), [183, 208, 245]);
});

test('many classes, and classes without images, have no names', async () => {
  const classes = Array.from({ length: 1000 }, (_, i) => `class ${i}`);
  const page = confusionSheet(
    classes.map((_, i) => classes.map((_, j) => (i === j && i > 0 ? 2 : 0))),
    classes,
    '',
  );
  assert.deepEqual([page.width, page.height], [1032, 1057]);
  const at = await pixelsOf(page);
  assert.deepEqual(at(16 + 5, 41 + 5), [110, 160, 235]);
  assert.deepEqual(at(16, 41), [255, 255, 255]);
});
