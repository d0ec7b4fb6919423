// Small datasets for tests: noise around one colour per class, which a narrow network can learn.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { MersenneTwister } from '../../dist/random/generator.js';

/** A PNG of noise around the colour of `hue`, from 0 to 1. */
export async function colouredImage(hue: number, seed: number, width = 40, height = 30): Promise<Buffer> {
  const random = new MersenneTwister(seed);
  const colour = [0, 1, 2].map((c) => 128 + 100 * Math.cos(2 * Math.PI * (hue + c / 3)));
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => colour[i % 3]! + 27 * random.rand());
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** Writes `counts[i]` images of class i to `folder/class-i/`. Returns their paths and labels in scan order. */
export async function drawFolder(
  folder: string,
  counts: readonly number[],
): Promise<{ paths: string[]; labels: number[] }> {
  const width = String(counts.length - 1).length;
  const paths: string[] = [];
  const labels: number[] = [];
  for (const [label, count] of counts.entries()) {
    const name = `class-${String(label).padStart(width, '0')}`;
    await mkdir(join(folder, name), { recursive: true });
    for (let i = 0; i < count; i++) {
      const path = join(folder, name, `${String(i).padStart(4, '0')}.png`);
      await writeFile(path, await colouredImage(label / counts.length, label * 1000 + i));
      paths.push(path);
      labels.push(label);
    }
  }
  return { paths, labels };
}
