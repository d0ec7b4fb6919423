// An image as a training sees it: resized or cropped, and with a random transform.

import { MersenneTwister } from '../../random/generator.js';
import { allocate, type DecodedImage } from '../decodedImage.js';
import { fitted } from '../transforms/fit.js';
import type { Preprocessing } from '../transforms/preprocessing.js';
import type { Part, Resize } from '../transforms/resizer.js';
import { augmentationsIn } from './augment.js';
import { jitter } from './colorJitter.js';
import { cropPart, erasedPart, jitterFactors } from './parameters.js';
import type { Transform } from './transform.js';

export interface View {
  /** [size, size, 3], before the flip. */
  readonly rgb: Uint8Array;
  readonly flip: boolean;
  /** What is 0 after the normalization, after the flip. */
  readonly erased?: Part | undefined;
}

/** Crop, flip, jitter, erase, in this order, which is that of their random numbers. Throws UnreadableImage. */
export function viewOf(
  resize: Resize,
  image: DecodedImage,
  { flip, random }: Transform,
  preprocessing: Preprocessing,
): View {
  if (!random) return { rgb: fitted(resize, image, preprocessing), flip };
  const { size } = preprocessing;
  const augmentations = augmentationsIn(random.augment)!;
  const generator = new MersenneTwister(random.seed);
  const crop = augmentations.crop && cropped(image, cropPart(generator, image, augmentations.crop));
  const rgb = crop
    ? resize(crop.data, crop.width, crop.height, size, size)
    : fitted(resize, image, preprocessing);
  const flipped = augmentations.flip && generator.rand() < 0.5;
  if (augmentations.jitter) jitter(rgb, jitterFactors(generator, augmentations.jitter));
  const erased =
    augmentations.erase === undefined ? undefined : erasedPart(generator, size, augmentations.erase);
  return { rgb, flip: flipped, erased };
}

function cropped({ data, width }: DecodedImage, part: Part): DecodedImage {
  const row = part.width * 3;
  const pixels = allocate(part.height * row);
  for (let y = 0; y < part.height; y++) {
    const from = ((part.top + y) * width + part.left) * 3;
    pixels.set(data.subarray(from, from + row), y * row);
  }
  return { data: pixels, width: part.width, height: part.height };
}
