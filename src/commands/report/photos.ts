// The photos of a report's galleries: small, and the same in grey with what the network looked at in warm colours.

import sharp, { type Sharp } from 'sharp';
import { decodePicture } from '../../data/decode.js';
import { plainDraws } from '../../data/draws.js';
import type { PictureLoader } from '../../data/pictureLoader.js';
import { gradCam, type HeatMap } from '../../model/gradCam.js';
import type { Network } from '../../model/network.js';
import type { ShownPicture } from '../../report/reportData.js';
import { isEvent, PictureSource } from '../../training/batchSource.js';
import type { CommandContext } from '../context.js';
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
    context.onProgress('Report', shown.length, pictures.length);
  }
  return shown;
}

async function photosOf(path: string, heat: HeatMap | undefined) {
  const { data, width: w, height: h } = await decodePicture(path);
  const raw = { width: w, height: h, channels: 3 } as const;
  const scale = Math.min(1, longestSide / Math.max(w, h));
  const width = Math.max(1, Math.round(w * scale));
  const height = Math.max(1, Math.round(h * scale));
  const small = await sharp(data, { raw }).resize(width, height, { fit: 'fill' }).raw().toBuffer();
  const size = { width, height, channels: 3 } as const;
  const photo = await webp(sharp(small, { raw: size }));
  if (!heat) return { photo, width, height };
  // The network saw the picture squashed to a square: the map stretches over all of it.
  const colours = await sharp(warmth(heat), { raw: { width: heat.side, height: heat.side, channels: 4 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .png()
    .toBuffer();
  const grey = await sharp(small, { raw: size }).greyscale().toColourspace('srgb').png().toBuffer();
  return { photo, looked: await webp(sharp(grey).composite([{ input: colours }])), width, height };
}

/** Below this share of the largest value a place is left grey. */
const faint = 0.15;

/** From see-through over orange to yellow: [side, side, 4]. */
function warmth({ values }: HeatMap): Uint8Array {
  const pixels = new Uint8Array(values.length * 4);
  values.forEach((value, index) => {
    const shown = Math.max(0, value - faint) / (1 - faint);
    const colour = [255, 70 + 170 * shown ** 1.5, 20 + 40 * shown, 215 * shown ** 0.8];
    pixels.set(colour.map(Math.round), index * 4);
  });
  return pixels;
}

const webp = async (picture: Sharp): Promise<string> =>
  `data:image/webp;base64,${(await picture.webp({ quality: 72 }).toBuffer()).toString('base64')}`;
