// PyTorch's samples of a symmetric beta distribution.
// Source: _s_dirichlet_cpu and sample_gamma in aten/src/ATen/native/Distributions.{cpp,h}, normal_distribution in
// aten/src/ATen/core/DistributionsHelper.h. Constants with an `f` in the source are float32.

import type { MersenneTwister } from './generator.js';

const { fround } = Math;

/** `torch.distributions.Beta(alpha, alpha).sample()`, a float32 from 0 to 1. */
export function sampleBeta(generator: MersenneTwister, alpha: number): number {
  const normal = normalSampler(generator);
  const [one, other] = [gamma(generator, normal, fround(alpha)), gamma(generator, normal, fround(alpha))];
  return fround(one / (one + other));
}

/** Uniform in [0, 1), with 53 random bits. */
function uniform(generator: MersenneTwister): number {
  const high = generator.uint32() & 0x1fffff;
  return (high * 2 ** 32 + generator.uint32()) * 2 ** -53;
}

/** Box and Muller's method: of two values, the second is for the next call. */
function normalSampler(generator: MersenneTwister): () => number {
  let next: number | undefined;
  return () => {
    const stored = next;
    next = undefined;
    if (stored !== undefined) return stored;
    const angle = 2 * Math.PI * uniform(generator);
    const radius = Math.sqrt(-2 * Math.log1p(-uniform(generator)));
    next = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/** Marsaglia and Tsang's method (2000, doi:10.1145/358407.358414). */
function gamma(generator: MersenneTwister, normal: () => number, alpha: number): number {
  const scale = alpha < 1 ? (1 - uniform(generator)) ** (1 / alpha) : 1;
  const d = (alpha < 1 ? alpha + 1 : alpha) - fround(1 / 3);
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal();
    const y = 1 + c * x;
    if (y <= 0) continue;
    const v = y ** 3;
    const u = 1 - uniform(generator);
    const accepted =
      u < 1 - fround(0.0331) * x ** 4 || Math.log(u) < 0.5 * x ** 2 + d * (1 - v + Math.log(v));
    if (accepted) return Math.max(Number.MIN_VALUE, scale * d * v);
  }
}
