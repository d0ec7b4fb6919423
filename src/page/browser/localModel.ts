// The exported model in the browser: TensorFlow.js on WebAssembly, with alexft's resize.

import kernelBytes from 'resizeKernel.wasm';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { type GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { fitted } from '../../data/transforms/fit.js';
import type { Kernel } from '../../data/transforms/resizeMemory.js';
import { resizerOn } from '../../data/transforms/resizer.js';
import { computedValues } from '../../model/computedValues.js';
import type { ShownModel } from './input.js';
import type { Answer } from './photos.js';
import { pixelsOf } from './pixels.js';
import { element } from './shown.js';

/** Of the network's images, in pixels. */
const side = 224;

export interface LocalModel extends ShownModel {
  /** Throws an error for the user. */
  readonly predict: (photo: Blob) => Promise<Answer>;
}

/** Loads the model beside the page. `onProgress`: the share of its bytes that has arrived. */
export async function loadModel(onProgress: (share: number) => void): Promise<LocalModel> {
  setWasmPaths('./');
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false); // its file is not in the export
  if (!(await tf.setBackend('wasm'))) throw new Error('this browser has no WebAssembly SIMD.');
  // Without ./, tfjs would request the shards from the root of the site.
  const graph = await loadGraphModel('./model.json', { onProgress });
  const { classes, preprocessing } = graph.metadata as ShownModel;
  const kernel = new WebAssembly.Module(kernelBytes);
  const resize = resizerOn(() => new WebAssembly.Instance(kernel).exports as unknown as Kernel);
  const predict = async (photo: Blob) => {
    const pixels = await pixelsOf(photo, preprocessing);
    const probabilities = run(graph, fitted(resize, pixels, preprocessing));
    const best = probabilities.indexOf(Math.max(...probabilities));
    return {
      label: classes[best]!,
      probability: probabilities[best]!,
      probabilities: Object.fromEntries(classes.map((name, index) => [name, probabilities[index]!])),
      extras: pixels.transparent ? [element('p', 'soft small', transparency)] : [],
    };
  };
  return { classes, preprocessing, predict };
}

const transparency =
  'The image has transparent pixels, of which a browser loses the colour: alexft predict can give other numbers.';

const run = (graph: GraphModel, pixels: Uint8Array): Float32Array =>
  computedValues(() => graph.predict(tf.tensor(pixels, [1, side, side, 3], 'int32')) as tf.Tensor);
