// The two passes of the resize in WebAssembly SIMD, four 32-bit sums at a time. AssemblyScript: TypeScript syntax with
// WebAssembly's types; a `usize` is an address in its memory. Allocates nothing: resizePasses.ts lays out the memory.

/** As in resizeAxis.ts. */
const precisionBits = 22;
const half: i32 = 1 << (precisionBits - 1);

/**
 * The horizontal pass: resamples `rows` rows of RGB pixels, `stride` bytes apart, to rows of `outWidth` pixels,
 * `outStride` bytes apart. Pixel x is the weighted sum of the `taps` pixels from `starts[x]`.
 *
 * `taps` is even. Reads up to `taps` pixels and 2 bytes past the end of the last row, weighted with 0. Writes one byte
 * past each output row.
 */
export function resampleRows(
  source: usize,
  stride: usize,
  rows: usize,
  starts: usize,
  weights: usize,
  taps: usize,
  target: usize,
  outStride: usize,
  outWidth: usize,
): void {
  // Four rows at a time, to load each weight once. The first row replaces missing ones at the end.
  for (let y: usize = 0; y < rows; y += 4) {
    const second: usize = y + 1 < rows ? 1 : 0;
    const third: usize = y + 2 < rows ? 2 : 0;
    const fourth: usize = y + 3 < rows ? 3 : 0;
    const from = source + y * stride;
    let to = target + y * outStride;
    let weight = weights;
    for (let x: usize = 0; x < outWidth; x++) {
      let pixel = from + 3 * <usize>load<u32>(starts + 4 * x);
      let sum0 = i32x4.splat(half);
      let sum1 = sum0;
      let sum2 = sum0;
      let sum3 = sum0;
      for (const end = weight + 4 * taps; weight < end; weight += 8) {
        const left = v128.load32_splat(weight);
        const right = v128.load32_splat(weight, 4);
        sum0 = addTwoPixels(sum0, pixel, left, right);
        sum1 = addTwoPixels(sum1, pixel + second * stride, left, right);
        sum2 = addTwoPixels(sum2, pixel + third * stride, left, right);
        sum3 = addTwoPixels(sum3, pixel + fourth * stride, left, right);
        pixel += 6;
      }
      // The fourth byte is overwritten by the next pixel.
      const bytes = toBytes(sum0, sum1, sum2, sum3);
      v128.store32_lane(to, bytes, 0);
      v128.store32_lane(to + second * outStride, bytes, 1);
      v128.store32_lane(to + third * outStride, bytes, 2);
      v128.store32_lane(to + fourth * outStride, bytes, 3);
      to += 3;
    }
  }
}

/**
 * The vertical pass for one output row: the weighted sum of `rows` rows of `length` bytes, `stride` bytes apart.
 *
 * Reads and writes whole blocks of 16 bytes.
 */
export function blendRows(
  source: usize,
  stride: usize,
  rows: usize,
  weights: usize,
  target: usize,
  length: usize,
): void {
  const end = weights + 4 * rows;
  for (let x: usize = 0; x < length; x += 16) {
    let sum0 = i32x4.splat(half);
    let sum1 = sum0;
    let sum2 = sum0;
    let sum3 = sum0;
    let from = source + x;
    for (let at = weights; at < end; at += 4) {
      const weight = v128.load32_splat(at);
      const bytes = v128.load(from);
      const low = i16x8.extend_low_i8x16_u(bytes);
      const high = i16x8.extend_high_i8x16_u(bytes);
      sum0 = i32x4.add(sum0, i32x4.mul(i32x4.extend_low_i16x8_u(low), weight));
      sum1 = i32x4.add(sum1, i32x4.mul(i32x4.extend_high_i16x8_u(low), weight));
      sum2 = i32x4.add(sum2, i32x4.mul(i32x4.extend_low_i16x8_u(high), weight));
      sum3 = i32x4.add(sum3, i32x4.mul(i32x4.extend_high_i16x8_u(high), weight));
      from += stride;
    }
    v128.store(target + x, toBytes(sum0, sum1, sum2, sum3));
  }
}

/** Adds the weighted red, green and blue of two adjacent pixels; the fourth lane is unchanged. */
function addTwoPixels(sum: v128, pixel: usize, left: v128, right: v128): v128 {
  const bytes = v128.load64_zero(pixel);
  const first = i8x16.swizzle(bytes, i8x16(0, -1, -1, -1, 1, -1, -1, -1, 2, -1, -1, -1, -1, -1, -1, -1));
  const second = i8x16.swizzle(bytes, i8x16(3, -1, -1, -1, 4, -1, -1, -1, 5, -1, -1, -1, -1, -1, -1, -1));
  return i32x4.add(i32x4.add(sum, i32x4.mul(first, left)), i32x4.mul(second, right));
}

/** Converts sixteen sums to bytes, clipped to 0 and 255: Pillow's clip8. */
function toBytes(sum0: v128, sum1: v128, sum2: v128, sum3: v128): v128 {
  return i8x16.narrow_i16x8_u(
    i16x8.narrow_i32x4_s(i32x4.shr_s(sum0, precisionBits), i32x4.shr_s(sum1, precisionBits)),
    i16x8.narrow_i32x4_s(i32x4.shr_s(sum2, precisionBits), i32x4.shr_s(sum3, precisionBits)),
  );
}
