// The horizontal and vertical passes of a resize, in the kernel's memory.

import type { Axis } from './resizeAxis.js';
import type { WithMemory } from './resizeMemory.js';

interface Resizing {
  readonly source: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly horizontal: Axis;
  readonly vertical: Axis;
  readonly target: Uint8Array;
}

/**
 * Pixels are copied to the kernel's memory in bands of this many bytes, but at least four rows: they stay in the CPU's
 * cache, and the memory does not grow with the image.
 */
const bandBytes = 1 << 18;

/** Horizontal pass first. */
export function resizeImage(
  { source, width, height, horizontal, vertical, target }: Resizing,
  withMemory: WithMemory,
): void {
  const { starts, counts } = vertical;
  const { taps } = horizontal;
  const [outWidth, outHeight] = [horizontal.starts.length, starts.length];
  const stride = width * 3;
  const bandRows = Math.min(height, Math.max(4, Math.floor(bandBytes / stride / 4) * 4));
  const wideStride = wideStrideOf(outWidth);
  const { at, bytes } = layOut({
    starts: outWidth * 4,
    weights: horizontal.weights.byteLength,
    verticalWeights: vertical.weights.byteLength,
    band: bandRows * stride + taps * 3,
    wide: height * wideStride,
    out: outHeight * outWidth * 3,
  });

  withMemory(bytes, (kernel, memory) => {
    put(memory, at.starts, horizontal.starts);
    put(memory, at.weights, horizontal.weights);
    put(memory, at.verticalWeights, vertical.weights);
    for (let y = 0; y < height; y += bandRows) {
      const count = Math.min(bandRows, height - y);
      memory.set(source.subarray(y * stride, (y + count) * stride), at.band);
      const to = at.wide + y * wideStride;
      kernel.resampleRows(at.band, stride, count, at.starts, at.weights, taps, to, wideStride, outWidth);
    }
    for (let y = 0; y < outHeight; y++) {
      const from = at.wide + starts[y]! * wideStride;
      const weights = at.verticalWeights + y * vertical.taps * 4;
      kernel.blendRows(from, wideStride, counts[y]!, weights, at.out + y * outWidth * 3, outWidth * 3);
    }
    target.set(memory.subarray(at.out, at.out + outHeight * outWidth * 3));
  });
}

/** Vertical pass first, one output row at a time. */
export function resizeStrip(
  { source, width, horizontal, vertical, target }: Resizing,
  withMemory: WithMemory,
): void {
  const { starts, counts } = vertical;
  const { taps } = horizontal;
  const [outWidth, outHeight] = [horizontal.starts.length, starts.length];
  const stride = width * 3;
  const shortStride = roundToBlock(stride);
  const wideStride = wideStrideOf(outWidth);
  const { at, bytes } = layOut({
    starts: outWidth * 4,
    weights: horizontal.weights.byteLength,
    verticalWeights: vertical.weights.byteLength,
    band: vertical.taps * stride,
    short: outHeight * shortStride + taps * 3,
    wide: outHeight * wideStride,
  });

  withMemory(bytes, (kernel, memory) => {
    put(memory, at.starts, horizontal.starts);
    put(memory, at.weights, horizontal.weights);
    put(memory, at.verticalWeights, vertical.weights);
    for (let y = 0; y < outHeight; y++) {
      const [start, count] = [starts[y]!, counts[y]!];
      memory.set(source.subarray(start * stride, (start + count) * stride), at.band);
      const weights = at.verticalWeights + y * vertical.taps * 4;
      kernel.blendRows(at.band, stride, count, weights, at.short + y * shortStride, stride);
    }
    const { starts: from, weights, short, wide } = at;
    kernel.resampleRows(short, shortStride, outHeight, from, weights, taps, wide, wideStride, outWidth);
    for (let y = 0; y < outHeight; y++) {
      const row = wide + y * wideStride;
      target.set(memory.subarray(row, row + outWidth * 3), y * outWidth * 3);
    }
  });
}

/** blendRows reads and writes blocks of 16 bytes. */
const roundToBlock = (length: number): number => Math.ceil(length / 16) * 16;

/** resampleRows writes one byte past each row. */
const wideStrideOf = (outWidth: number): number => roundToBlock(outWidth * 3 + 1);

/**
 * Assigns consecutive addresses, with 16 bytes after each area that the kernel may access, and returns the total size.
 */
function layOut<Name extends string>(
  lengths: Record<Name, number>,
): { at: Record<Name, number>; bytes: number } {
  const at = { ...lengths };
  let bytes = 0;
  for (const name of Object.keys(lengths) as Name[]) {
    at[name] = bytes;
    bytes += roundToBlock(lengths[name]) + 16;
  }
  return { at, bytes };
}

const put = (memory: Uint8Array, address: number, table: Int32Array): void =>
  memory.set(new Uint8Array(table.buffer, table.byteOffset, table.byteLength), address);
