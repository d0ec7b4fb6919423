// Shape inference.

import { inputSize } from './alexnet.js';
import type { Layer } from './layers.js';

/**
 * The output shape of the layers before `to` for one image: [height, width, channels], or [features] once flattened.
 */
export function outputShape(layers: readonly Layer[], to: number): number[] {
  let shape = [inputSize, inputSize, 3];
  for (const layer of layers.slice(0, to)) {
    const [side = 0, , channels = 0] = shape;
    switch (layer.type) {
      case 'Conv2d': {
        const outSide = outputSide(side + 2 * layer.padding, layer.kernelSize, layer.stride);
        shape = [outSide, outSide, layer.outChannels];
        break;
      }
      case 'MaxPool2d': {
        const outSide = outputSide(side, layer.kernelSize, layer.stride);
        shape = [outSide, outSide, channels];
        break;
      }
      case 'AdaptiveAvgPool2d':
        shape = [layer.outputSize, layer.outputSize, channels];
        break;
      case 'Flatten':
        shape = [shape.reduce((product, n) => product * n, 1)];
        break;
      case 'Linear':
        shape = [layer.outFeatures];
        break;
      case 'ReLU':
      case 'Dropout':
        break;
    }
  }
  return shape;
}

/** The number of positions of a window of `size` in `length` with this stride. */
const outputSide = (length: number, size: number, stride: number): number =>
  Math.floor((length - size) / stride) + 1;
