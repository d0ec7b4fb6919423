// Models whose answers are known without a training.

import { imageNetPreprocessing } from '../../dist/data/transforms/preprocessing.js';
import { alexNet } from '../../dist/model/alexnet.js';
import { parameterShapes } from '../../dist/model/layers.js';
import { type StateDict, sizeOf } from '../../dist/model/stateDict.js';
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
