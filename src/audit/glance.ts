// What check has to know of an image's pixels. Most JPEGs are not decoded for it: their blocks' means are enough.

import { type DecodedImage, decodeImage } from '../data/decode.js';
import type { ImageFormat } from '../data/formats/imageFormat.js';
import type { Resize } from '../data/transforms/resize.js';
import { type Look, lookOf, lookOfSquare, side } from './imageHash.js';
import { type Eighth, readEighth } from './jpegEighth.js';
import { createSquareOfBlocks } from './squareOfBlocks.js';

export interface Glance {
  readonly width: number;
  readonly height: number;
  readonly look: Look | undefined;
  /** The image's colour where there is but one. */
  readonly oneColour?: string | undefined;
}

/** Pixels from which an image takes most of a second, in each training; and may take more memory than there is. */
export const hugeArea = 50e6;

const squareOfBlocks = createSquareOfBlocks(side);

/** Pixels of the shorter side from which the means show what the pixels do: of 2,000 photos, hashes differ in 14 bits at most. */
const smallestSide = 192;
/** Levels by which the pixels of an image of one colour may differ. */
const sameColour = 8;
/** Means of such pixels are as near to each other; the rest is for what decoding rounds and cuts off. */
const surelyColours = 48;

/**
 * Of an image file's `bytes`. Throws UnreadableImage where decodeImage does, and only there: whatever is not plain
 * is decoded.
 */
export async function glanceAt(bytes: Uint8Array, format: ImageFormat, resize: Resize): Promise<Glance> {
  const eighth = format === 'jpeg' ? readEighth(bytes, hugeArea) : undefined;
  if (eighth && showsEnough(eighth)) {
    const { width, height } = eighth;
    return { width, height, look: lookOfSquare(squareOfBlocks(eighth)) };
  }
  const image = await decodeImage(bytes);
  const { width, height } = image;
  const oneColour = isOneColour(image) ? colourOf(image) : undefined;
  return { width, height, look: lookOf(image, resize), oneColour };
}

function showsEnough({ width, height, image: { data } }: Eighth): boolean {
  if (Math.min(width, height) < smallestSide) return false;
  const least = [255, 255, 255];
  const most = [0, 0, 0];
  for (let i = 0; i < data.length; i++) {
    const channel = i % 3;
    const level = data[i]!;
    if (level < least[channel]!) least[channel] = level;
    if (level > most[channel]!) most[channel] = level;
    if (most[channel]! - least[channel]! > surelyColours) return true;
  }
  return false;
}

/** Ends at the first pixel that differs: at once, for nearly all images. */
function isOneColour({ data }: DecodedImage): boolean {
  for (let i = 3; i < data.length; i++) if (Math.abs(data[i]! - data[i % 3]!) > sameColour) return false;
  return true;
}

const colourOf = ({ data }: DecodedImage): string =>
  `#${Array.from(data.subarray(0, 3), (level) => level.toString(16).padStart(2, '0')).join('')}`;
