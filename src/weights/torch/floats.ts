// The floating-point types that weights files come in, and how each becomes float32. Little-endian, as every format
// here and every processor that Node runs tfjs on has it.

/** A type of safetensors, by its name there. */
export type FloatType = 'F32' | 'F64' | 'F16' | 'BF16';

export const bytesPerValue: Readonly<Record<FloatType, number>> = { F32: 4, F64: 8, F16: 2, BF16: 2 };

/** Converts the values in `bytes`, which may start anywhere in their ArrayBuffer, and puts them into `into`. */
export function toFloat32(type: FloatType, bytes: Uint8Array, into: Float32Array): void {
  const width = bytesPerValue[type];
  const count = bytes.length / width;
  // Typed arrays only begin at multiples of their width: other bytes are copied.
  const { buffer, byteOffset } = bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes);
  switch (type) {
    case 'F32':
      into.set(new Float32Array(buffer, byteOffset, count));
      break;
    case 'F64':
      into.set(new Float64Array(buffer, byteOffset, count)); // rounds to nearest
      break;
    case 'F16': {
      halves ??= Float32Array.from({ length: 1 << 16 }, (_, bits) => ofHalf(bits));
      const bits = new Uint16Array(buffer, byteOffset, count);
      for (let i = 0; i < count; i++) into[i] = halves[bits[i]!]!;
      break;
    }
    case 'BF16': {
      // The upper half of a float32.
      const bitsOfFloat32 = new Uint32Array(into.buffer, into.byteOffset, count);
      const bits = new Uint16Array(buffer, byteOffset, count);
      for (let i = 0; i < count; i++) bitsOfFloat32[i] = bits[i]! << 16;
    }
  }
}

/** The value of every half by its bits, made when first wanted: looking one up is quicker. */
let halves: Float32Array | undefined;

/** The value of an IEEE 754 half: 1 bit of sign, 5 of exponent, 10 of mantissa. */
function ofHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 0x1f) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}
