// IEEE 754 float16: 1 sign bit, 5 exponent bits, 10 mantissa bits.

/** The value of every float16 by its bits. Created on first use: a lookup is faster than decoding. */
let values: Float32Array | undefined;

/** The value of a float16 by its bits. */
export function fromHalf(bits: number): number {
  values ??= Float32Array.from({ length: 1 << 16 }, (_, bits) => decode(bits));
  return values[bits]!;
}

function decode(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 0x1f) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);

/** The bits of the nearest float16, ties to even. Values above 65504 by more than half a step become infinity. */
export function toHalf(value: number): number {
  float[0] = value;
  const bits = floatBits[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 127 + 15;
  if (Number.isNaN(value)) return 0x7e00;
  if (exponent >= 0x1f) return sign | 0x7c00;
  if (exponent < -10) return sign;
  // Without the exponent for subnormal values, whose leading 1 is part of the mantissa.
  const mantissa = exponent > 0 ? bits & 0x7fffff : (bits & 0x7fffff) | 0x800000;
  const dropped = exponent > 0 ? 13 : 14 - exponent;
  const half = (Math.max(0, exponent) << 10) | (mantissa >>> dropped);
  const rest = mantissa & ((1 << dropped) - 1);
  const tie = 1 << (dropped - 1);
  // A carry gives the next exponent, and infinity in the end.
  return sign | (rest > tie || (rest === tie && half & 1) ? half + 1 : half);
}
