// How many values a picture is at each layer: what memory a pass needs follows from it.

import { inputSize, type Layer } from './alexnet.js';

/** The number of values that each layer gives for one picture of 224 x 224 x 3, in the layers' order. */
export function outputValues(layers: readonly Layer[]): number[] {
  let side = inputSize;
  let channels = 3;
  let values = side * side * channels;
  return layers.map((layer) => {
    if (layer.type === 'Conv2d' || layer.type === 'MaxPool2d') {
      const { kernelSize, stride } = layer;
      const padding = layer.type === 'Conv2d' ? layer.padding : 0;
      side = Math.floor((side + 2 * padding - kernelSize) / stride) + 1;
      if (layer.type === 'Conv2d') channels = layer.outChannels;
      values = side * side * channels;
    }
    if (layer.type === 'Linear') values = layer.outFeatures;
    return values;
  });
}
