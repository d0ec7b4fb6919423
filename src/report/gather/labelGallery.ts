// Writes the page of `check --labels` with a thumbnail of each image.

import type { Context } from '../../core/context.js';
import { inFolder } from '../../data/dataset/walk.js';
import { imageNetPreprocessing } from '../../data/transforms/preprocessing.js';
import { writeOutputFile } from '../../io/outputFile.js';
import type { LabelCheck, SuspiciousImage } from '../../trials/labelResult.js';
import { labelPage } from '../labelPage.js';
import type { Thumbnail } from '../reportData.js';
import { madeAt } from './facts.js';
import { thumbnailOf } from './photos.js';

/** Images on the page, which bounds its size. */
const most = 200;

/** `data`: the dataset's folder. */
export async function writeLabelGallery(
  file: string,
  data: string,
  { suspicious, ...check }: LabelCheck,
  context: Context,
): Promise<void> {
  const first = suspicious.slice(0, most);
  const shown: (SuspiciousImage & Partial<Thumbnail>)[] = [];
  for (const image of first) {
    context.signal?.throwIfAborted();
    shown.push({ ...image, ...(await thumbnailOf(inFolder(data, image.file), imageNetPreprocessing)) });
    context.onProgress('Gallery', shown.length, first.length, 'images');
  }
  await writeOutputFile(
    file,
    labelPage({ data, check, suspicious: suspicious.length, shown, made: madeAt(new Date()) }),
  );
}
