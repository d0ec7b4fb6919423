// Seeds for independent random streams.

/**
 * Derives a seed for one purpose: the MurmurHash3 (x86, 32 bits) of `path`, as 32-bit words, with the seed `seed`.
 *
 * `path` identifies the purpose (a constant, an epoch). A stream that is seeded this way does not depend on other
 * streams, in particular not on how many numbers were drawn from them. Returns an integer from 0 to 2^32 - 1. Only the
 * low 32 bits of the arguments, which are integers, are used.
 */
export function deriveSeed(seed: number, ...path: number[]): number {
  let hash = seed | 0;
  for (const word of path) {
    let mixed = Math.imul(word | 0, 0xcc9e2d51);
    mixed = (mixed << 15) | (mixed >>> 17);
    hash ^= Math.imul(mixed, 0x1b873593);
    hash = (hash << 13) | (hash >>> 19);
    hash = Math.imul(hash, 5) + 0xe6546b64;
  }
  hash ^= 4 * path.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
