// How long the loader's threads take for an image (decode, resize, normalize), beside sharp's decoding alone and
// sharp's decoding with its own resize: in turns, two at a time each.
//
//   node bench/loadSpeed.mjs ../shared/data/PetImages 3      photos, how often

import sharp from 'sharp';
import { walkImages } from '../dist/data/dataset/scan.js';
import { ImageLoader } from '../dist/data/imageLoader.js';
import { chunksOf, inOrder } from '../dist/data/sampler.js';
import { imageNetPreprocessing } from '../dist/data/transforms/preprocessing.js';

const [folder, rounds = '3'] = process.argv.slice(2);
const { files: paths } = await walkImages(folder);
const { size } = imageNetPreprocessing;
sharp.cache(false);
sharp.concurrency(1);

const loader = new ImageLoader({
  preprocessing: imageNetPreprocessing,
  border: 2,
  workers: 2,
  ahead: false,
});
async function load() {
  for await (const _ of loader.batches([...chunksOf(inOrder([...paths.keys()]), 64)], paths));
}

async function bySharp(imageOf) {
  let next = 0;
  const lane = async () => {
    while (next < paths.length) {
      await imageOf(sharp(paths[next++]))
        .removeAlpha()
        .raw()
        .toBuffer()
        .catch(() => {});
    }
  };
  await Promise.all([lane(), lane()]);
}

const ways = {
  'alexft: decoded, resized, normalized': load,
  'sharp: decoded': () => bySharp((image) => image),
  'sharp: decoded and resized': () =>
    bySharp((image) => image.resize(size, size, { fit: 'fill', kernel: 'linear' })),
};

await load(); // compiles, and files come into the system's cache
for (let round = 1; round <= Number(rounds); round++) {
  for (const [name, way] of Object.entries(ways)) {
    const [start, before] = [performance.now(), process.cpuUsage()];
    await way();
    const { user, system } = process.cpuUsage(before);
    const each = (milliseconds) => `${(milliseconds / paths.length).toFixed(2)} ms`;
    const [cpu, clock] = [(user + system) / 1000, performance.now() - start];
    console.log(`${round}  ${name.padEnd(38)} ${each(cpu)} of a core, ${each(clock)} on the clock`);
  }
}
await loader[Symbol.asyncDispose]();
