// Decodes every image of a folder and resizes it to 224 x 224, on all cores: with alexft's loader, or with sharp's own
// resize.
//
//   node bench/speed/decode.mjs alexft|sharp DIR          prints the seconds

import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { scanImageFolder } from '../../dist/data/dataset/scan.js';
import { ImageLoader } from '../../dist/data/imageLoader.js';
import { imageNetPreprocessing } from '../../dist/data/transforms/preprocessing.js';

const [side, data] = process.argv.slice(2);
const { samples } = await scanImageFolder(data);
const paths = samples.map(({ path }) => join(resolve(data), path));
const workers = availableParallelism();

const sides = {
  async alexft() {
    const loader = new ImageLoader({
      preprocessing: imageNetPreprocessing,
      border: 2,
      workers,
      ahead: false,
    });
    const chunks = [];
    for (let i = 0; i < paths.length; i += 64) {
      chunks.push(paths.slice(i, i + 64).map((_, j) => ({ index: i + j, transform: { flip: false } })));
    }
    for await (const _ of loader.batches(chunks, paths));
    await loader[Symbol.asyncDispose]();
  },

  /** Two images in flight for each core, as the threads of libuv can take them. */
  async sharp() {
    sharp.cache(false);
    sharp.concurrency(1);
    const { size } = imageNetPreprocessing;
    const waiting = paths.values();
    const lane = async () => {
      for (const path of waiting) {
        const image = sharp(path).resize(size, size, { fit: 'fill', kernel: 'linear' });
        await image
          .removeAlpha()
          .raw()
          .toBuffer()
          .catch(() => {});
      }
    };
    await Promise.all(Array.from({ length: 2 * workers }, lane));
  },
};

await sides[side](); // once for the threads to start and the code to be compiled
const start = performance.now();
await sides[side]();
console.log((performance.now() - start) / 1000);
