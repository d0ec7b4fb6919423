import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deriveSeed } from '../../dist/random/deriveSeed.js';
import { MersenneTwister } from '../../dist/random/generator.js';
import { readGolden, sha256 } from '../golden/golden.js';

interface Stream {
  seed: string;
  rand: number[];
  random63: string[];
  randperm: number[];
  randAfter1000: number;
}
interface Filled {
  seed: number;
  count: number;
  sha256: string;
  next: number;
}
const golden = readGolden<{
  streams: Stream[];
  randperm: { seed: number; n: number; sha256: string }[];
  uniform: (Filled & { from: number; to: number })[];
  dropout: (Filled & { before: number; p: number })[];
  epoch: { seed: number; n: number; sha256: string; next: number };
  epochs: { seed: number; n: number; orders: string[]; flips: string[]; next: number };
}>('random');

/** torch's definition of `uniform_`, for one number. */
function uniformNumber(generator: MersenneTwister, from: number, to: number): number {
  const start = Math.fround(from);
  const end = Math.fround(to);
  const value = Math.fround(generator.rand() * Math.fround(end - start) + start);
  return value === end ? start : value;
}

const bitsOf = (values: Float32Array): Buffer =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength);

describe('MersenneTwister', () => {
  it('is MT19937: the 10,000th number for the seed 5489 is the one of the C++ standard', () => {
    const generator = new MersenneTwister(5489);
    for (let i = 1; i < 10_000; i++) generator.uint32();
    assert.equal(generator.uint32(), 4123659995);
  });

  for (const stream of golden.streams) {
    it(`generates torch's numbers of every kind for the seed ${stream.seed}`, () => {
      const generator = new MersenneTwister(BigInt(stream.seed));
      assert.deepEqual(
        stream.rand.map(() => generator.rand()),
        stream.rand,
      );
      assert.deepEqual(
        stream.random63.map(() => String(generator.random63())),
        stream.random63,
      );
      assert.deepEqual([...generator.randperm(stream.randperm.length)], stream.randperm);
      generator.skip(1000);
      assert.equal(generator.rand(), stream.randAfter1000);
    });
  }

  it('uses the low 32 bits of a seed that is a number', () => {
    const expected = new MersenneTwister(5).uint32();
    assert.equal(new MersenneTwister(2 ** 32 + 5).uint32(), expected);
    assert.equal(new MersenneTwister(5 - 2 ** 32).uint32(), expected);
  });

  for (const { seed, n, sha256: expected } of golden.randperm) {
    it(`generates torch.randperm(${n}) for the seed ${seed}`, () => {
      assert.equal(sha256(new MersenneTwister(seed).randperm(n)), expected);
    });
  }

  it("reproduces a shuffled DataLoader's epoch: base seed, sampler seed, permutation", () => {
    const { seed, n, sha256: expected, next } = golden.epoch;
    const generator = new MersenneTwister(seed);
    generator.random63();
    const order = new MersenneTwister(generator.random63()).randperm(n);
    assert.equal(sha256(order), expected);
    assert.equal(generator.rand(), next);
  });

  it("reproduces three epochs of a shuffled DataLoader with RandomHorizontalFlip's number per image", () => {
    const { seed, n, orders, flips, next } = golden.epochs;
    const generator = new MersenneTwister(seed);
    for (const [epoch, expected] of orders.entries()) {
      generator.random63();
      const order = new MersenneTwister(generator.random63()).randperm(n);
      assert.equal(sha256(order), expected);
      const mirrored = Int32Array.from(order, () => Number(generator.rand() < 0.5));
      assert.equal(sha256(mirrored), flips[epoch]);
    }
    assert.equal(generator.rand(), next);
  });

  for (const { seed, count, from, to, sha256: expected, next } of golden.uniform) {
    it(`fills ${count} values with torch's uniform_(${from}, ${to})`, () => {
      const generator = new MersenneTwister(seed);
      const values = new Float32Array(count);
      generator.uniform(values, from, to);
      assert.equal(sha256(values), expected);
      assert.equal(generator.rand(), next);
    });
  }

  for (const { seed, before, count, p, sha256: expected, next } of golden.dropout) {
    it(`generates torch's dropout mask of ${count} values for p = ${p}, after ${before} numbers`, () => {
      const generator = new MersenneTwister(seed);
      generator.skip(before);
      const mask = new Float32Array(count);
      generator.dropoutMask(mask, p);
      assert.equal(sha256(mask), expected);
      assert.equal(generator.rand(), next);
    });
  }

  it('skip() is equivalent to drawing, from and to any position in a block', () => {
    for (const drawn of [0, 1, 623, 624]) {
      for (const skipped of [0, 1, 622, 623, 624, 625, 1248, 5000]) {
        const drawing = new MersenneTwister(3);
        for (let i = 0; i < drawn + skipped; i++) drawing.uint32();
        const skipping = new MersenneTwister(3);
        for (let i = 0; i < drawn; i++) skipping.uint32();
        skipping.skip(skipped);
        assert.equal(skipping.uint32(), drawing.uint32(), `${skipped} after ${drawn}`);
      }
    }
  });

  it('uniform() and skip() of whole blocks, by the kernel, are equivalent to drawing one by one', () => {
    const block = 624;
    const ranges = [
      [-1, 1],
      [0, 1 / Math.sqrt(9216)],
      [1, 1 + 2 ** -22], // three float32 values in between: an eighth of the numbers are rounded to the upper bound
      [-0, 0], // all numbers are
    ] as const;
    const counts = [7, 8, 9, 25, 26, 51].flatMap((blocks) => [-1, 0, 1].map((more) => blocks * block + more));
    for (const before of [0, 1, 623, 624, 1000]) {
      for (const count of [...counts, 20 * block + 300]) {
        for (const [from, to] of ranges) {
          const message = `${count} after ${before}, from ${from} to ${to}`;
          const drawing = new MersenneTwister(3);
          for (let i = 0; i < before; i++) drawing.uint32();
          const filling = new MersenneTwister(3);
          filling.restore(drawing.state());
          const skipping = new MersenneTwister(3);
          skipping.restore(drawing.state());

          const expected = Float32Array.from({ length: count }, () => uniformNumber(drawing, from, to));
          const values = new Float32Array(count + 2).fill(7);
          filling.uniform(values.subarray(1, count + 1), from, to);
          assert.deepEqual(bitsOf(values.subarray(1, count + 1)), bitsOf(expected), message);
          assert.deepEqual([values[0], values[count + 1]], [7, 7], message);
          skipping.skip(count);
          assert.deepEqual(filling.state(), drawing.state(), message);
          assert.deepEqual(skipping.state(), drawing.state(), message);
          assert.equal(filling.uint32(), drawing.uint32(), message);
        }
      }
    }
  });

  it('continues from a state that was converted to JSON', () => {
    for (const drawn of [0, 1, 624, 1000]) {
      const generator = new MersenneTwister(8);
      generator.skip(drawn);
      const state = JSON.parse(JSON.stringify(generator.state()));
      const expected = new Float32Array(1500);
      generator.uniform(expected, -1, 1);

      const restored = new MersenneTwister(0);
      restored.restore(state);
      const values = new Float32Array(1500);
      restored.uniform(values, -1, 1);
      assert.deepEqual(values, expected);
    }
  });

  it('generates the 58 million numbers of an AlexNet in less than a second', () => {
    const generator = new MersenneTwister(0);
    const values = new Float32Array(2_000_000);
    const start = performance.now();
    for (let i = 0; i < 29; i++) generator.uniform(values, -1, 1);
    // A generous limit that only detects a slow path, for machines under load.
    assert.ok(performance.now() - start < 4000);
  });
});

describe('deriveSeed', () => {
  it('is MurmurHash3: published test vectors', () => {
    assert.equal(deriveSeed(0), 0);
    assert.equal(deriveSeed(1), 0x514e28b7);
    assert.equal(deriveSeed(0xffffffff), 0x81f16f39);
    assert.equal(deriveSeed(0, 0), 0x2362f9de);
    assert.equal(deriveSeed(0, 0xffffffff), 0x76293b50);
    assert.equal(deriveSeed(0, 0x87654321), 0xf55b516b);
    assert.equal(deriveSeed(0x5082edee, 0x87654321), 0x2362f9de);
  });

  it('depends on the low 32 bits of every word of the path, and on their order', () => {
    assert.equal(deriveSeed(0, -1), deriveSeed(0, 0xffffffff));
    assert.notEqual(deriveSeed(0, 1, 2), deriveSeed(0, 2, 1));
    assert.notEqual(deriveSeed(0, 1), deriveSeed(0, 1, 0));
  });

  it('gives different seeds for all purposes and epochs of nearby seeds', () => {
    const seeds = new Set<number>();
    for (let seed = 0; seed < 10; seed++) {
      for (let purpose = 0; purpose < 10; purpose++) {
        for (let epoch = 0; epoch < 100; epoch++) seeds.add(deriveSeed(seed, purpose, epoch));
      }
    }
    // Among 10,000 random 32-bit numbers, the probability of a collision is about 1%.
    assert.equal(seeds.size, 10_000);
  });
});
