// The photos of a report's galleries: small, and the same with heat where the network looked.

import sharp from 'sharp';
import { plainDraws } from '../../data/draws.js';
import type { PictureLoader } from '../../data/pictureLoader.js';
import { withHeat } from '../../drawing/heat.js';
import type { Pixels } from '../../drawing/page.js';
import { gradCam, type HeatMap } from '../../model/gradCam.js';
import type { Network } from '../../model/network.js';
import type { ShownPicture } from '../../report/reportData.js';
import { isEvent, PictureSource } from '../../training/batchSource.js';
import type { CommandContext } from '../context.js';
import { fittedPhoto } from '../drawnFile.js';
import type { JudgedSample, PictureSet } from './judge.js';

/** The longer side of a photo in a report, in pixels. */
const longestSide = 200;
/** Pictures that go through the network at a time. */
const atOnce = 12;

interface Look {
  readonly network: Network;
  readonly loader: PictureLoader;
  readonly set: PictureSet;
}

/** `pictures` with their photos, and with Grad-CAM for the class that each was taken for. */
export async function withPhotos(
  pictures: readonly JudgedSample[],
  { network, loader, set }: Look,
  context: CommandContext,
): Promise<ShownPicture[]> {
  const heats = new Map<number, HeatMap>();
  const guess = new Map(pictures.map(({ sample, top }) => [sample, top[0]!.label]));
  const source = new PictureSource(loader, (sample) => set.names[sample]!);
  for await (const batch of source.batches(plainDraws([...guess.keys()]), atOnce)) {
    if (isEvent(batch)) continue;
    const samples = batch.draws.map(({ sample }) => sample);
    const maps = gradCam(
      network,
      batch.inputs,
      samples.map((sample) => guess.get(sample)!),
    );
    for (const [row, sample] of samples.entries()) heats.set(sample, maps[row]!);
  }
  const shown: ShownPicture[] = [];
  for (const { sample, ...picture } of pictures) {
    context.signal?.throwIfAborted();
    // Its file may have gone meanwhile: the report does without.
    const photos = await photosOf(set.paths[sample]!, heats.get(sample)).catch(() => ({}));
    shown.push({ ...picture, ...photos });
    context.onProgress('Report', shown.length, pictures.length, 'pictures');
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
  const picture = sharp(rgb, { raw: { width, height, channels: 3 } }).webp({ quality: 72 });
  return `data:image/webp;base64,${(await picture.toBuffer()).toString('base64')}`;
}
