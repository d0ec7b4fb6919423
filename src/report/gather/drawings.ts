// The first layer's filters and the confusion matrix as images.

import sharp from 'sharp';
import { firstFilters, firstFiltersName } from '../../model/firstFilters.js';
import type { Network } from '../../model/network.js';
import type { Filters, Validation } from '../reportData.js';

/** Pixels between filters. */
const gap = 1;

/** The filters side by side, one pixel per weight; the page enlarges the image. */
export async function filtersOf(network: Network): Promise<Filters> {
  const { count, side, rgb } = firstFilters(network.state().get(firstFiltersName)!);
  const columns = Math.ceil(Math.sqrt(count) * 1.6);
  const cell = side + gap;
  const width = Math.min(columns, count) * cell - gap;
  const height = Math.ceil(count / columns) * cell - gap;
  const pixels = new Uint8Array(width * height * 4);
  for (let filter = 0; filter < count; filter++) {
    const left = (filter % columns) * cell;
    const top = Math.floor(filter / columns) * cell;
    for (let i = 0; i < side * side; i++) {
      const from = (filter * side * side + i) * 3;
      const to = ((top + Math.floor(i / side)) * width + left + (i % side)) * 4;
      pixels.set([rgb[from]!, rgb[from + 1]!, rgb[from + 2]!, 255], to);
    }
  }
  return { image: await png(pixels, width, height), width, height, count };
}

/** Medium colours, visible on white and on black. */
const hit = [70, 130, 225];
const miss = [225, 105, 35];

/** One pixel per cell. Its opacity is the share of the row. */
export async function confusionImage(confusion: Validation['confusion']): Promise<string> {
  const classes = confusion.length;
  const pixels = new Uint8Array(classes * classes * 4);
  confusion.forEach((row, label) => {
    const total = row.reduce((sum, n) => sum + n, 0);
    row.forEach((images, predicted) => {
      if (images === 0) return;
      const opacity = Math.round(255 * (0.25 + 0.75 * Math.sqrt(images / total)));
      pixels.set([...(label === predicted ? hit : miss), opacity], (label * classes + predicted) * 4);
    });
  });
  return await png(pixels, classes, classes);
}

async function png(pixels: Uint8Array, width: number, height: number): Promise<string> {
  const image = sharp(pixels, { raw: { width, height, channels: 4 } }).png({ compressionLevel: 9 });
  return `data:image/png;base64,${(await image.toBuffer()).toString('base64')}`;
}
