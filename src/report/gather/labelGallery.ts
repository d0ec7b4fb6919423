// Writes the page of `check --labels` with a thumbnail of each image.

import type { Context } from '../../core/context.js';
import { inFolder } from '../../data/dataset/walk.js';
import { imageNetPreprocessing } from '../../data/transforms/preprocessing.js';
import { writeOutputFile } from '../../io/outputFile.js';
import type { LabelCheck } from '../../trials/labelResult.js';
import { labelPage } from '../labelPage.js';
import { madeAt } from './facts.js';
import { thumbnailsOf } from './photos.js';

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
  const paths = first.map((image) => inFolder(data, image.file));
  const thumbnails = await thumbnailsOf(paths, imageNetPreprocessing, 'Gallery', context);
  const shown = first.map((image, index) => ({ ...image, ...thumbnails[index] }));
  await writeOutputFile(
    file,
    labelPage({ data, check, suspicious: suspicious.length, shown, made: madeAt(new Date()) }),
  );
}
