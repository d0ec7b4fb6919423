// The photos of a report's galleries: small, and the same with heat where the network looked.

import sharp from 'sharp';
import { fittedPhoto } from '../../commands/drawnFile.js';
import type { CommandContext } from '../../core/context.js';
import type { ImageLoader } from '../../data/imageLoader.js';
import { inOrder } from '../../data/sampler.js';
import { withHeat } from '../../drawing/heat.js';
import type { Pixels } from '../../drawing/page.js';
import { gradCam, type HeatMap } from '../../model/gradCam.js';
import type { Network } from '../../model/network.js';
import { ImageSource, isEvent } from '../../training/batchSource.js';
import type { ShownImage } from '../reportData.js';
import type { ImageSet, JudgedSample } from './judge.js';

/** The longer side of a photo in a report, in pixels. */
const longestSide = 200;
/** Images that go through the network at a time. */
const atOnce = 12;

interface Look {
  readonly network: Network;
  readonly loader: ImageLoader;
  readonly set: ImageSet;
}

/** `images` with their photos, and with Grad-CAM for the class that each was taken for. */
export async function withPhotos(
  images: readonly JudgedSample[],
  { network, loader, set }: Look,
  context: CommandContext,
): Promise<ShownImage[]> {
  const heats = new Map<number, HeatMap>();
  const guess = new Map(images.map(({ index, top }) => [index, top[0]!.label]));
  const source = new ImageSource(loader, set.paths, (index) => set.names[index]!);
  for await (const batch of source.batches(inOrder([...guess.keys()]), atOnce)) {
    if (isEvent(batch)) continue;
    const indices = batch.samples.map(({ index }) => index);
    const maps = gradCam(
      network,
      batch.inputs,
      indices.map((index) => guess.get(index)!),
    );
    for (const [row, index] of indices.entries()) heats.set(index, maps[row]!);
  }
  const shown: ShownImage[] = [];
  for (const { index, ...image } of images) {
    context.signal?.throwIfAborted();
    // Its file may have gone meanwhile: the report does without.
    const photos = await photosOf(set.paths[index]!, heats.get(index)).catch(() => ({}));
    shown.push({ ...image, ...photos });
    context.onProgress('Report', shown.length, images.length, 'images');
  }
  return shown;
}

async function photosOf(path: string, heat: HeatMap | undefined) {
  const small = await fittedPhoto(path, path, longestSide);
  const looked = heat && (await withHeat(small, heat.values, heat.side));
  const { width, height } = small;
  return { photo: await webp(small), looked: looked && (await webp(looked)), width, height };
}

async function webp({ rgb, width, height }: Pixels): Promise<string> {
  const image = sharp(rgb, { raw: { width, height, channels: 3 } }).webp({ quality: 72 });
  return `data:image/webp;base64,${(await image.toBuffer()).toString('base64')}`;
}
