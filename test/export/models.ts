// Models whose outputs depend on the image, without a training.

import { imageNetPreprocessing } from '../../dist/data/transforms/preprocessing.js';
import { alexNet, alexNetWidths, type Widths } from '../../dist/model/alexnet.js';
import { initialState } from '../../dist/model/initialState.js';
import type { StateDict } from '../../dist/model/stateDict.js';
import { MersenneTwister } from '../../dist/random/generator.js';
import { writeModel } from '../../dist/weights/modelFile.js';
import { narrow } from '../commands/narrow.js';

/**
 * Writes a model with random values; `features` replaces those of the convolutions. Values larger than those of a new
 * network make its probabilities differ from image to image.
 */
export async function writeRandomModel(
  file: string,
  classes: readonly string[],
  {
    widths = narrow,
    seed = 0,
    features = new Map(),
  }: { widths?: Widths; seed?: number; features?: StateDict } = {},
): Promise<void> {
  const layers = alexNet({ classes: classes.length, widths });
  const state = initialState(layers, new MersenneTwister(seed));
  const gain = widths === alexNetWidths ? 2 : 2.5;
  const tensors: StateDict = new Map();
  for (const [name, { shape, data }] of state) {
    tensors.set(name, features.get(name) ?? { shape, data: data.map((value) => gain * value) });
  }
  await writeModel(file, tensors, {
    architecture: { name: 'alexnet', widths, dropout: 0.5 },
    classes,
    preprocessing: imageNetPreprocessing,
    training: {},
  });
}
