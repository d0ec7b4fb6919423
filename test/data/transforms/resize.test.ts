import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createResizer } from '../../../dist/data/transforms/resize.js';
import { MersenneTwister } from '../../../dist/random/generator.js';
import { readGolden, sha256 } from '../../golden/golden.js';

type Size = [width: number, height: number];
const { cases } = readGolden<{
  cases: { image: 'noise' | 'white'; size: Size; outSize: Size; sha256: string }[];
}>('resize');

/** The same pixels as make_golden.py's. */
function image(kind: 'noise' | 'white', [width, height]: Size): Uint8Array {
  const pixels = new Uint8Array(width * height * 3);
  if (kind === 'white') return pixels.fill(255);
  const generator = new MersenneTwister(width * 100003 + height);
  for (let i = 0; i < pixels.length; i++) pixels[i] = generator.uint32();
  return pixels;
}

describe('createResizer', () => {
  // Shared by all tests: cached state must not affect later images.
  const resize = createResizer();

  for (const { image: kind, size, outSize, sha256: expected } of cases) {
    it(`returns Pillow's bytes for ${kind}, ${size.join('x')} to ${outSize.join('x')}`, () => {
      assert.equal(sha256(resize(image(kind, size), ...size, ...outSize)), expected);
    });
  }

  it('writes to the given target only', () => {
    const source = image('noise', [50, 40]);
    const before = source.slice();
    for (const [width, height] of [
      [50, 40],
      [50, 20],
      [20, 40],
      [30, 20],
    ] as const) {
      const expected = createResizer()(source, 50, 40, width, height);
      const target = new Uint8Array(width * height * 3 + 6).fill(7);
      const result = resize(source, 50, 40, width, height, target.subarray(3, -3));
      assert.equal(result.buffer, target.buffer);
      assert.deepEqual(target, Uint8Array.from([7, 7, 7, ...expected, 7, 7, 7]));
    }
    assert.deepEqual(source, before);
  });

  it('returns the same result after its cache of tables overflowed', () => {
    const source = image('noise', [300, 5]);
    const first = resize(source, 300, 5, 24, 24);
    for (let width = 1; width < 200; width++) resize(source, width, 5, 24, 24);
    assert.deepEqual(resize(source, 300, 5, 24, 24), first);
  });
});
