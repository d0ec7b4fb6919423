// The thumbnails in a report's galleries, with and without a heat map.

import sharp from 'sharp';
import type { Context } from '../../core/context.js';
import type { ImageLoader } from '../../data/imageLoader.js';
import { chunksOf, inOrder } from '../../data/sampler.js';
import type { Preprocessing } from '../../data/transforms/preprocessing.js';
import type { Pixels } from '../../drawing/page.js';
import { fittedPhoto, withHeat } from '../../drawing/photo.js';
import { gradCam, type HeatMap } from '../../model/gradCam.js';
import type { Network } from '../../model/network.js';
import { ImageSource, isEvent } from '../../training/batchSource.js';
import type { ShownImage, Thumbnail } from '../reportData.js';
import type { ImageSet, SamplePrediction } from './validation.js';

/** The longer side of a thumbnail, in pixels. */
const longestSide = 200;
const batchSize = 12;

/** Adds thumbnails to `images`, and heat maps (Grad-CAM) for the predicted classes. */
export async function withPhotos(
  images: readonly SamplePrediction[],
  { network, loader, set }: { network: Network; loader: ImageLoader; set: ImageSet },
  context: Context,
): Promise<ShownImage[]> {
  const heats = new Map<number, HeatMap>();
  const predicted = new Map(images.map(({ index, top }) => [index, top[0]!.label]));
  const source = new ImageSource(loader, set.paths, (index) => set.names[index]!);
  for await (const batch of source.batches(chunksOf(inOrder([...predicted.keys()]), batchSize))) {
    if (isEvent(batch)) continue;
    const indices = batch.samples.map(({ index }) => index);
    const maps = gradCam(
      network,
      batch.inputs,
      indices.map((index) => predicted.get(index)!),
    );
    for (const [row, index] of indices.entries()) heats.set(index, maps[row]!);
  }
  const shown: ShownImage[] = [];
  for (const { index, ...image } of images) {
    context.signal?.throwIfAborted();
    // The file may have been removed since; then the report has no photo.
    const photos = await photosOf(set.paths[index]!, heats.get(index), loader.preprocessing).catch(
      () => ({}),
    );
    shown.push({ ...image, ...photos });
    context.onProgress('Report', shown.length, images.length, 'images');
  }
  return shown;
}

async function photosOf(path: string, heatMap: HeatMap | undefined, preprocessing: Preprocessing) {
  const photo = await fittedPhoto(path, path, longestSide, preprocessing);
  const heat = heatMap && (await withHeat(photo, heatMap.values, heatMap.side));
  const { width, height } = photo;
  return { photo: await webp(photo), heat: heat && (await webp(heat)), width, height };
}

/** A thumbnail without a heat map; undefined where the image can't be read. */
const thumbnailOf = (path: string, preprocessing: Preprocessing): Promise<Thumbnail | undefined> =>
  photosOf(path, undefined, preprocessing).catch(() => undefined);

/** A thumbnail for each of `paths`. Throws the signal's reason when it is aborted. `label`: of the progress. */
export async function thumbnailsOf(
  paths: readonly string[],
  preprocessing: Preprocessing,
  label: string,
  { signal, onProgress }: Context,
): Promise<(Thumbnail | undefined)[]> {
  const thumbnails: (Thumbnail | undefined)[] = [];
  for (const path of paths) {
    signal?.throwIfAborted();
    thumbnails.push(await thumbnailOf(path, preprocessing));
    onProgress(label, thumbnails.length, paths.length, 'images');
  }
  return thumbnails;
}

async function webp({ rgb, width, height }: Pixels): Promise<string> {
  const image = sharp(rgb, { raw: { width, height, channels: 3 } }).webp({ quality: 72 });
  return `data:image/webp;base64,${(await image.toBuffer()).toString('base64')}`;
}
