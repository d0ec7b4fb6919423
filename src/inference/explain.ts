// Grad-CAM sheets of predictions: predict --explain.

import type { Context } from '../core/context.js';
import { dataError, printable } from '../core/errors.js';
import { span } from '../core/spans.js';
import { chunksOf, inOrder } from '../data/sampler.js';
import { type Explained, explanationLayout, explanationSheet } from '../drawing/explanationSheet.js';
import { writeDrawnFile } from '../drawing/imageOutput.js';
import { fittedPhoto, withHeat } from '../drawing/photo.js';
import { gradCam } from '../model/gradCam.js';
import { ImageSource, isEvent } from '../training/batchSource.js';
import type { Predictor } from './predictor.js';
import type { Explanation } from './predictResult.js';

/** A predicted image. */
export interface Answer {
  readonly file: string;
  /** Its path or its bytes. */
  readonly source: string | Uint8Array;
  readonly label: string;
  readonly probability: number;
}

/** Images on one sheet. */
export const mostExplained = 48;

/** Images a batch: a few megabytes each. */
const batch = 16;

/**
 * Draws each answer's photo and its Grad-CAM for the predicted class, all on one sheet. `total`: the number of images,
 * for a message where not all are drawn. Throws a data error where there is no answer.
 */
export async function drawExplanation(
  file: string,
  answers: readonly Answer[],
  total: number,
  predictor: Predictor,
  context: Context,
): Promise<Explanation> {
  const explained: Explained[] = [];
  const { side } = explanationLayout(answers.length);
  for await (const { index, heat, heatSide } of heatMaps(answers, predictor)) {
    context.signal?.throwIfAborted();
    const { source, file: name, label, probability } = answers[index]!;
    const photo = await fittedPhoto(source, name, side, predictor.model.preprocessing);
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

/** The Grad-CAM of each answer's image for its class; `index` is the answer's. */
export async function* heatMaps(
  answers: readonly Pick<Answer, 'source' | 'label'>[],
  { network, model, loader }: Predictor,
) {
  const files = answers.map(({ source }) => source);
  const samples = inOrder(answers.map((_, index) => index));
  const classes = answers.map(({ label }) => model.classes.indexOf(label));
  for await (const item of new ImageSource(loader, files, String).batches(chunksOf(samples, batch))) {
    if (isEvent(item)) continue; // deleted since its prediction
    const own = item.samples.map(({ index }) => classes[index]!);
    const maps = span('Grad-CAM', 'computing', () => gradCam(network, item.inputs, own));
    for (const [row, { side, values }] of maps.entries()) {
      yield { index: item.samples[row]!.index, heat: values, heatSide: side };
    }
  }
}
