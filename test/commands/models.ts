// Models whose answers are known without a training.

import { imageNetPreprocessing, type Preprocessing } from '../../dist/data/transforms/preprocessing.js';
import { alexNet, alexNetWidths, type Widths } from '../../dist/model/alexnet.js';
import { initialState } from '../../dist/model/initialState.js';
import { parameterShapes } from '../../dist/model/layers.js';
import { type StateDict, sizeOf } from '../../dist/model/stateDict.js';
import { MersenneTwister } from '../../dist/random/generator.js';
import { type ModelDescription, writeModel } from '../../dist/weights/modelFile.js';
import { narrow } from './narrow.js';

export const describedAs = (classes: readonly string[]): ModelDescription => ({
  architecture: { name: 'alexnet', widths: narrow, dropout: 0.5 },
  classes,
  preprocessing: imageNetPreprocessing,
  training: { trainable: 'classifier' },
});

/** All zeros but for the head's bias: whatever the image, these are the logits. */
export function constantState(logits: readonly number[]): StateDict {
  const layers = alexNet({ classes: logits.length, widths: narrow });
  const state: StateDict = new Map();
  for (const [name, shape] of layers.flatMap(parameterShapes)) {
    const data = name === 'classifier.6.bias' ? Float32Array.from(logits) : new Float32Array(sizeOf(shape));
    state.set(name, { shape, data });
  }
  return state;
}

/** Writes a model that gives every image the same `logits`, one a class. */
export const writeConstantModel = (
  file: string,
  classes: readonly string[],
  logits: readonly number[],
): Promise<string> => writeModel(file, constantState(logits), describedAs(classes));

/**
 * Writes a model with random values, times `gain`, so that its probabilities differ more from image to image than those
 * of a new network. `features` replaces the values of the convolutions.
 */
export async function writeRandomModel(
  file: string,
  classes: readonly string[],
  {
    widths = narrow,
    seed = 0,
    gain = widths === alexNetWidths ? 2 : 2.5,
    features = new Map(),
    preprocessing = imageNetPreprocessing,
  }: {
    widths?: Widths;
    seed?: number;
    gain?: number;
    features?: StateDict;
    preprocessing?: Preprocessing;
  } = {},
): Promise<void> {
  const state = initialState(alexNet({ classes: classes.length, widths }), new MersenneTwister(seed));
  const tensors: StateDict = new Map();
  for (const [name, { shape, data }] of state) {
    tensors.set(name, features.get(name) ?? { shape, data: data.map((value) => gain * value) });
  }
  const { architecture, ...description } = describedAs(classes);
  await writeModel(file, tensors, {
    ...description,
    preprocessing,
    architecture: { ...architecture, widths },
  });
}
