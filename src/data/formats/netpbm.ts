// PBM, PGM and PPM decoder equivalent to Pillow's, for plain (P1 to P3) and raw (P4 to P6) files.
// Source: PpmImagePlugin.py of Pillow 12.

import { allocate, checkSize, type DecodedImage, pixelLimit } from '../decodedImage.js';
import type { Grey16 } from '../transforms/preprocessing.js';
import { UnreadableImage } from '../unreadable.js';

/**
 * Decodes a file that starts with P1 to P6 and whitespace. Throws UnreadableImage.
 *
 * Samples are scaled to 255 and rounded half to even. As in Pillow, grey of more than 8 bits is instead scaled to 65535
 * and clipped at 255, unless `grey16` is `scale`. Data after the pixels is ignored.
 */
export function decodeNetpbm(bytes: Uint8Array, limit = pixelLimit, grey16: Grey16 = 'clip'): DecodedImage {
  const kind = bytes[1]! - 0x30;
  const text: Text = { bytes, at: 3 };
  const width = readNumber(text);
  const height = readNumber(text);
  checkSize(width, height, limit);
  if (kind === 1 || kind === 4) {
    const white = kind === 1 ? plainBits(text, width * height) : packedBits(text, width, height);
    return { data: grey(white), width, height };
  }
  const maximum = readNumber(text);
  if (maximum < 1 || maximum > 65535)
    throw new UnreadableImage(`a PPM or PGM with an invalid maximum value of ${maximum}`);
  const colour = kind === 3 || kind === 6;
  const count = width * height * (colour ? 3 : 1);
  const clip = !colour && maximum > 255 && grey16 === 'clip';
  const levels = levelTable(maximum, clip ? 65535 : 255);
  const samples =
    kind < 4 ? plainSamples(text, count, maximum, levels) : rawSamples(text, count, maximum, levels);
  return { data: colour ? samples : grey(samples), width, height, clipped: clip && samples.includes(255) };
}

/** Whether a PGM has more than 8 bits. `bytes`: the file, or its beginning. Throws UnreadableImage. */
export function isGrey16Netpbm(bytes: Uint8Array): boolean {
  const kind = bytes[1]! - 0x30;
  const text: Text = { bytes, at: 3 };
  if (kind !== 2 && kind !== 5) return false;
  const [, , maximum] = [readNumber(text), readNumber(text), readNumber(text)];
  return maximum > 255;
}

/** The file and the read position. */
interface Text {
  readonly bytes: Uint8Array;
  at: number;
}

/** As in Python's bytes.split(). */
const isSpace = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
const isLineEnd = (byte: number): boolean => byte === 0x0a || byte === 0x0d;

/** Moves past the rest of a comment and the end of its line. */
function skipComment(text: Text): void {
  while (text.at < text.bytes.length && !isLineEnd(text.bytes[text.at]!)) text.at++;
  text.at++;
}

/**
 * Reads a number and the whitespace character after it. As with Python's int(), it may have a sign and single
 * underscores between digits. Comments are skipped, even within a number.
 */
function readNumber(text: Text): number {
  const { bytes } = text;
  let [value, length, sign, previous] = [0, 0, 1, 0];
  while (text.at < bytes.length) {
    const byte = bytes[text.at++]!;
    if (isSpace(byte)) {
      if (length > 0) break;
    } else if (byte === 0x23) {
      skipComment(text); // #
    } else {
      if (isDigit(byte)) value = value * 10 + byte - 0x30;
      else if (length === 0 && (byte === 0x2b || byte === 0x2d))
        sign = 0x2c - byte; // + or -
      else if (!(byte === 0x5f && isDigit(previous))) throw notANumber(); // _
      previous = byte;
      if (++length > 10) throw notANumber();
    }
  }
  if (length === 0) throw truncated();
  if (!isDigit(previous)) throw notANumber();
  return sign * value;
}

/** Maps sample values to bytes. Values above `maximum` are white. */
function levelTable(maximum: number, white: number): Uint8Array {
  const levels = new Uint8Array(maximum < 256 ? 256 : 65536);
  for (let level = 0; level < levels.length; level++) {
    const scaled = (level / maximum) * white;
    const down = Math.floor(scaled);
    const up = scaled - down > 0.5 || (scaled - down === 0.5 && down % 2 === 1);
    levels[level] = Math.min(255, up ? down + 1 : down);
  }
  return levels;
}

function rawSamples({ bytes, at }: Text, count: number, maximum: number, levels: Uint8Array): Uint8Array {
  const size = maximum < 256 ? 1 : 2;
  if (count * size > bytes.length - at) throw truncated();
  const samples = allocate(count);
  if (maximum === 255) {
    samples.set(bytes.subarray(at, at + count));
    return samples;
  }
  for (let i = 0; i < count; i++) {
    const level = size === 1 ? bytes[at + i]! : (bytes[at + 2 * i]! << 8) | bytes[at + 2 * i + 1]!;
    samples[i] = levels[level]!;
  }
  return samples;
}

function plainSamples(text: Text, count: number, maximum: number, levels: Uint8Array): Uint8Array {
  // At least a digit and a space per sample, except for the last.
  if (2 * count - 1 > text.bytes.length - text.at) throw truncated();
  const samples = allocate(count);
  for (let i = 0; i < count; i++) {
    const level = readNumber(text);
    if (level < 0 || level > maximum)
      throw new UnreadableImage(`a sample value of ${level}, expected 0 to ${maximum}`);
    samples[i] = levels[level]!;
  }
  return samples;
}

/** Raw bits, 0 for white. Each row starts with a new byte. */
function packedBits({ bytes, at }: Text, width: number, height: number): Uint8Array {
  const stride = Math.ceil(width / 8);
  if (stride * height > bytes.length - at) throw truncated();
  const white = allocate(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      white[to++] = (bytes[at + y * stride + (x >> 3)]! >> (7 - (x & 7))) & 1 ? 0 : 255;
    }
  }
  return white;
}

/** Bits as digits 0 (white) and 1, with optional whitespace. */
function plainBits(text: Text, count: number): Uint8Array {
  const { bytes } = text;
  if (count > bytes.length - text.at) throw truncated();
  const white = allocate(count);
  for (let to = 0; to < count; ) {
    if (text.at >= bytes.length) throw truncated();
    const byte = bytes[text.at++]!;
    if (byte === 0x23) skipComment(text);
    else if (byte === 0x30 || byte === 0x31) white[to++] = byte === 0x30 ? 255 : 0;
    else if (!isSpace(byte)) throw notANumber();
  }
  return white;
}

function grey(levels: Uint8Array): Uint8Array {
  const data = allocate(levels.length * 3);
  for (let i = 0, to = 0; i < levels.length; i++) {
    const level = levels[i]!;
    data[to++] = level;
    data[to++] = level;
    data[to++] = level;
  }
  return data;
}

const truncated = () => new UnreadableImage('truncated');
const notANumber = () => new UnreadableImage('a damaged PPM or PGM');
