import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { colourMap, heatColour, signedColour } from '../../dist/drawing/colours.js';
import { Page, pageExtensions } from '../../dist/drawing/page.js';
import { withHeat } from '../../dist/drawing/photo.js';

const decoded = async (bytes: Buffer) => {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return {
    at: (x: number, y: number) => [...data.subarray(3 * (y * info.width + x), 3 * (y * info.width + x) + 3)],
    info,
  };
};
const light = ([red, green, blue]: readonly number[]) => 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;

test('paste enlarges pixels to squares and changes nothing else', async () => {
  const page = new Page(12, 9);
  page.paste({ width: 2, height: 1, rgb: Uint8Array.of(255, 0, 0, 0, 0, 255) }, 2, 3, {
    width: 6,
    height: 3,
  });
  const { at, info } = await decoded(await page.encode('.png'));
  assert.deepEqual([info.width, info.height], [12, 9]);
  for (let y = 0; y < 9; y++) {
    for (let x = 0; x < 12; x++) {
      const inside = y >= 3 && y < 6 && x >= 2 && x < 8;
      const expected = inside ? (x < 5 ? [255, 0, 0] : [0, 0, 255]) : [252, 252, 252];
      assert.deepEqual(at(x, y), expected, `${x}, ${y}`);
    }
  }
});

test('the extension determines the format', async () => {
  const formats = new Map([['.jpg', 'jpeg']]);
  for (const extension of pageExtensions) {
    const { format } = await sharp(await new Page(8, 8).encode(extension)).metadata();
    assert.equal(format, formats.get(extension) ?? extension.slice(1));
  }
});

test('paste resizes by the nearest pixel', async () => {
  const small = { width: 2, height: 2, rgb: Uint8Array.from([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]) };
  const page = new Page(5, 5);
  page.paste(small, 0, 0, { width: 5, height: 5 });
  const { at } = await decoded(await page.encode('.png'));
  const row = (y: number) => [0, 1, 2, 3, 4].map((x) => at(x, y)[0]);
  assert.deepEqual(
    [row(0), row(2), row(3)],
    [
      [1, 1, 1, 2, 2],
      [1, 1, 1, 2, 2],
      [3, 3, 3, 4, 4],
    ],
  );
});

test('the lightness of colour scales is monotonic', () => {
  for (let i = 0; i < 50; i++) {
    assert.ok(light(signedColour((i + 1) / 50)) < light(signedColour(i / 50)));
    assert.ok(light(signedColour(-(i + 1) / 50)) < light(signedColour(-i / 50)));
    assert.ok(light(heatColour((i + 1) / 50)) > light(heatColour(i / 50)));
  }
  const [red, , blue] = signedColour(1);
  assert.ok(red > blue);
  assert.ok(signedColour(-1)[2] > signedColour(-1)[0]);
});

test('a colour map is scaled by its largest absolute value; zeros are white', () => {
  const { rgb, height } = colourMap(Float32Array.of(0, -4, 2, 4), 2);
  const at = (i: number) => [...rgb.subarray(3 * i, 3 * i + 3)];
  assert.equal(height, 2);
  assert.deepEqual(
    [at(0), at(1), at(2), at(3)],
    [0, -1, 0.5, 1].map((value) => [...signedColour(value)]),
  );
  for (const value of [0, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.deepEqual([...colourMap(Float32Array.of(value), 1).rgb], [...signedColour(0)]);
  }
});

test('a heat map brightens hot places and turns cold ones grey', async () => {
  const photo = {
    width: 60,
    height: 30,
    rgb: new Uint8Array(60 * 30 * 3).map((_, i) => [0, 160, 0][i % 3]!),
  };
  const heat = new Float32Array(169);
  for (let y = 0; y < 5; y++) for (let x = 0; x < 5; x++) heat[13 * y + x] = 1;
  const { width, height, rgb } = await withHeat(photo, heat, 13);
  assert.deepEqual([width, height, rgb.length], [60, 30, photo.rgb.length]);
  const at = (x: number, y: number) => [...rgb.subarray(3 * (60 * y + x), 3 * (60 * y + x) + 3)];
  const [red, green, blue] = at(2, 2);
  assert.ok(red! > 120 && red! > blue! && light([red!, green!, blue!]) > light(at(58, 28)) + 40);
  const cold = at(58, 28);
  assert.ok(Math.max(...cold) - Math.min(...cold) < 40, `${cold}`);
});
