// Damages inputs: bits, bytes, numbers, cuts, repeats, and parts of other inputs put in.

import type { MersenneTwister } from '../../dist/random/generator.js';

/** Bytes and numbers at which parsers are known to go wrong: limits of types, and one off them. */
const bytes = [0x00, 0x01, 0x09, 0x0a, 0x20, 0x28, 0x2e, 0x40, 0x7f, 0x80, 0x81, 0xfe, 0xff];
const numbers = [
  0,
  1,
  2,
  4,
  8,
  16,
  255,
  256,
  65535,
  65536,
  2 ** 24,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 40,
  2 ** 53,
  -1,
  -2,
];
const longestInput = 1 << 16;

/** One of `seeds`, damaged in a few ways. The same for the same random numbers. */
export function mutate(seeds: readonly Uint8Array[], random: MersenneTwister): Buffer {
  const below = (n: number) => Math.floor(random.rand() * n);
  const pick = <T>(values: readonly T[]): T => values[below(values.length)]!;
  let input = Buffer.from(pick(seeds));
  const part = (of: Uint8Array): Buffer => {
    const start = below(of.length);
    return Buffer.from(of.subarray(start, start + 1 + below(2 ** below(12))));
  };
  const replace = (start: number, end: number, by: Uint8Array) => {
    input = Buffer.concat([input.subarray(0, start), by, input.subarray(end)]);
  };

  const ways: (() => void)[] = [
    () => {
      const at = below(input.length);
      input[at] = input[at]! ^ (1 << below(8));
    },
    () => {
      input[below(input.length)] = pick(bytes);
    },
    () => {
      input[below(input.length)] = below(256);
    },
    () =>
      writeNumber(input, pick(numbers) + (below(4) === 0 ? input.length : 0), 2 ** (1 + below(3)), random),
    () => {
      input = input.subarray(0, below(input.length)); // cut
    },
    () => {
      const start = below(input.length);
      replace(start, start + 1 + below(2 ** below(10)), Buffer.alloc(0)); // taken out
    },
    () => {
      const at = below(input.length);
      replace(at, at, Buffer.from(Array.from({ length: 1 + below(8) }, () => below(256)))); // put in
    },
    () => {
      const at = below(input.length);
      replace(at, at, part(input)); // repeated
    },
    () => {
      const at = below(input.length);
      const other = part(pick(seeds));
      replace(at, at + other.length, other); // another's part over it
    },
    () => {
      const other = pick(seeds);
      input = Buffer.concat([input.subarray(0, below(input.length)), other.subarray(below(other.length))]); // crossed
    },
  ];
  for (let left = 1 + below(2 ** below(4)); left > 0 && input.length > 0; left--) pick(ways)();
  return input.subarray(0, longestInput);
}

/** Somewhere, in the usual order of bytes or the other one. */
function writeNumber(input: Buffer, number: number, width: number, random: MersenneTwister): void {
  if (input.length < width) return;
  const at = Math.floor(random.rand() * (input.length - width + 1));
  const value = Buffer.alloc(8);
  value.writeBigInt64LE(BigInt(number));
  const low = value.subarray(0, width);
  input.set(random.rand() < 0.25 ? low.reverse() : low, at);
}
