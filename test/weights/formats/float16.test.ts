// float16, beside sharp cases of IEEE 754 and its own decoder.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MersenneTwister } from '../../../dist/random/generator.js';
import { fromHalf, toHalf } from '../../../dist/weights/formats/float16.js';

test('every float16 is encoded as itself', () => {
  for (let bits = 0; bits < 1 << 16; bits++) {
    const value = fromHalf(bits);
    if (Number.isNaN(value)) assert.ok(Number.isNaN(fromHalf(toHalf(value))));
    else assert.equal(toHalf(value), bits);
  }
});

test('other values become the nearest float16, ties the even one', () => {
  const random = new MersenneTwister(0);
  const finite = Array.from({ length: 0x7c00 }, (_, bits) => fromHalf(bits));
  for (let i = 0; i < 100_000; i++) {
    const bits = Math.floor(random.rand() * (finite.length - 1));
    const [below, above] = [finite[bits]!, finite[bits + 1]!];
    const share = i % 3 === 0 ? 0.5 : random.rand();
    const value = Math.fround(below + share * (above - below));
    const [down, up] = [value - below, above - value];
    const expected = down === up ? bits + (bits % 2) : down < up ? bits : bits + 1;
    assert.equal(toHalf(value), expected, `${value}`);
    assert.equal(toHalf(-value), 0x8000 | expected);
  }
  const cases = [
    [65519.99, 0x7bff],
    [65520, 0x7c00],
    [1e30, 0x7c00],
    [Number.NEGATIVE_INFINITY, 0xfc00],
    [2 ** -25, 0],
    [2 ** -25 * 1.0001, 1],
    [1e-30, 0],
  ] as const;
  for (const [value, bits] of cases) assert.equal(toHalf(Math.fround(value)), bits, `${value}`);
});
