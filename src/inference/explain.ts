// alexft predict --explain: where the network looked for what it named.

import type { Context as CommandContext } from '../core/context.js';
import { dataError, printable } from '../core/errors.js';
import { span } from '../core/spans.js';
import { inOrder } from '../data/sampler.js';
import { type Explained, explanationLayout, explanationSheet } from '../drawing/explanationSheet.js';
import { writeDrawnFile } from '../drawing/imageOutput.js';
import { fittedPhoto, withHeat } from '../drawing/photo.js';
import { gradCam } from '../model/gradCam.js';
import type { PredictOptions } from '../options/modelOptions.js';
import { ImageSource, isEvent } from '../training/batchSource.js';
import { openImages } from './openImages.js';
import type { OpenModel } from './openModel.js';
import type { Explanation } from './predictResult.js';

/** What an image was taken for. */
export interface Answer {
  readonly file: string;
  /** Its path or its bytes. */
  readonly source: string | Uint8Array;
  readonly label: string;
  readonly probability: number;
}

/** A sheet is to be looked at: of more images, the first are drawn. */
export const mostExplained = 48;

/** Images whose gradients are taken at a time: a few megabytes each. */
const batch = 16;

/**
 * Draws each answer's photo and its Grad-CAM for the class that was named, all on one sheet. `total`: the images that
 * were looked at, for a message where not all are drawn. Throws a data error where there is no answer.
 */
export async function drawExplanation(
  file: string,
  answers: readonly Answer[],
  total: number,
  opened: OpenModel,
  options: Pick<PredictOptions, 'workers'>,
  context: CommandContext,
): Promise<Explanation> {
  const explained: Explained[] = [];
  const { side } = explanationLayout(answers.length);
  for await (const { index, heat, heatSide } of heatMaps(answers, opened, options)) {
    context.signal?.throwIfAborted();
    const { source, file: name, label, probability } = answers[index]!;
    const photo = await fittedPhoto(source, name, side);
    explained.push({
      photo,
      heat: await withHeat(photo, heat, heatSide),
      name: name === '-' ? 'stdin' : printable(name),
      verdict: `${printable(label)} ${(100 * probability).toFixed(1)}%`,
    });
  }
  if (explained.length === 0) throw dataError('No image can be read: there is nothing to explain.');
  await writeDrawnFile(file, explanationSheet(explained));
  if (answers.length === mostExplained && total > mostExplained) {
    context.onMessage(`Of ${total} images, the first ${mostExplained} are drawn.`);
  }
  return { file, pictures: explained.length };
}

async function* heatMaps(
  answers: readonly Answer[],
  { engine, network, model }: OpenModel,
  options: Pick<PredictOptions, 'workers'>,
) {
  const sources = answers.map(({ source }) => source);
  const loader = openImages(engine, sources, model.preprocessing, options.workers);
  try {
    const samples = inOrder(answers.map((_, index) => index));
    const classes = answers.map(({ label }) => model.classes.indexOf(label));
    for await (const item of new ImageSource(loader, String).batches(samples, batch)) {
      if (isEvent(item)) continue; // gone since it was looked at
      const own = item.samples.map(({ index }) => classes[index]!);
      const maps = span('Grad-CAM', 'computing', () => gradCam(network, item.inputs, own));
      for (const [row, { side, values }] of maps.entries()) {
        yield { index: item.samples[row]!.index, heat: values, heatSide: side };
      }
    }
  } finally {
    await loader.close();
  }
}
