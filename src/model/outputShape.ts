// The shapes that pass through the network, without running it.

import { inputSize, type Layer } from './alexnet.js';

/**
 * The shape of what the layers before `to` make of one image: [height, width, channels] as long as there are places,
 * then [features].
 */
export function outputShape(layers: readonly Layer[], to: number): number[] {
  let shape = [inputSize, inputSize, 3];
  for (const layer of layers.slice(0, to)) {
    const [side = 0, , channels = 0] = shape;
    switch (layer.type) {
      case 'Conv2d': {
        const outSide = places(side + 2 * layer.padding, layer.kernelSize, layer.stride);
        shape = [outSide, outSide, layer.outChannels];
        break;
      }
      case 'MaxPool2d': {
        const outSide = places(side, layer.kernelSize, layer.stride);
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

/** How often a window of `size` fits into `length` when it moves by `stride`. */
const places = (length: number, size: number, stride: number): number =>
  Math.floor((length - size) / stride) + 1;
