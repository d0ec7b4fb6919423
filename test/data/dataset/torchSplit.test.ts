// `--split torch` against torch.utils.data.random_split, with lengths as the lesson's notebook gives them and as
// fractions.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitSamples } from '../../../dist/data/dataset/split.js';
import { MersenneTwister } from '../../../dist/random/generator.js';
import { generatorAfterSplit } from '../../../dist/training/torchRandomness.js';
import { readGolden, sha256 } from '../../golden/golden.js';

const { splits } = readGolden<{
  splits: {
    n: number;
    seed: string;
    share: number;
    lengths: [number, number];
    sizes: [number, number];
    sha256: string;
    next: number;
  }[];
}>('random');

for (const { n, seed, share, lengths, sizes, sha256: expected, next } of splits) {
  test(`random_split of ${n} images by [${lengths}] after seed ${seed}`, () => {
    const samples = Array.from({ length: n }, (_, i) => ({ path: String(i), label: i % 2 }));
    // torch's generator, too, takes a seed's low 32 bits.
    const low = Number(BigInt.asUintN(32, BigInt(seed)));
    const { train, validation } = splitSamples(samples, { method: 'torch', share, seed: low });
    assert.equal(sha256(Int32Array.from([...train, ...validation])), expected);
    // Of fractions, PyTorch rounds each length down and gives the first side what is left, so that it may have one
    // image more than int((1 - share) * n).
    const byFractions = !Number.isInteger(lengths[0]);
    const more = byFractions && !Number.isInteger(Number((lengths[0] * n).toPrecision(12))) ? 1 : 0;
    assert.deepEqual([train.length + more, validation.length - more], sizes);
    assert.equal(generatorAfterSplit(low, n).rand(), next);
    assert.equal(new MersenneTwister(BigInt(seed)).uint32(), new MersenneTwister(low).uint32());
  });
}
