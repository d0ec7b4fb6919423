// What each layer of the features makes of an image.

import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from './alexnet.js';
import type { Network } from './network.js';

/** What comes out of one channel of a layer. */
interface Channel {
  readonly index: number;
  /** [height, width]. */
  readonly values: Float32Array;
}

export interface Stage {
  readonly name: string;
  readonly type: Layer['type'];
  /** As PyTorch has it, without the batch: [channels, height, width]. */
  readonly outputShape: readonly [number, number, number];
  /** Some of them, the strongest first. */
  readonly channels: readonly Channel[];
}

/**
 * What each layer of `features` makes of one image, of `count` channels each. Which, a convolution's ReLU says: those
 * with the largest sum of squares, between the sum, which is for whole surfaces, and the maximum, which is for single
 * spots. They are the same for the convolution, its ReLU and its pooling, so that a channel can be followed through the
 * three.
 *
 * `image` as `Network.forward` takes it, [1, ..]. Leaves no tensor behind.
 */
export function strongestActivations(network: Network, image: tf.Tensor, count: number): Stage[] {
  const outputs = featureOutputs(network, image);
  let chosen: number[] = [];
  return outputs.map(({ layer: { name, type }, shape, values }, index) => {
    const [height, width, channels] = shape;
    // A stage's own values, and those of the ReLU behind a convolution.
    if (type === 'Conv2d') chosen = strongest(outputs[index + 1]!.values, channels).slice(0, count);
    return {
      name,
      type,
      outputShape: [channels, height, width],
      channels: chosen.map((channel) => ({
        index: channel,
        values: Float32Array.from(
          { length: height * width },
          (_, place) => values[place * channels + channel]!,
        ),
      })),
    };
  });
}

function featureOutputs(network: Network, image: tf.Tensor) {
  const layers = network.layers.filter(({ name }) => name.startsWith('features.'));
  let x = tf.clone(image);
  return layers.map((layer, index) => {
    const output = network.forward(x, { from: index, to: index + 1 });
    x.dispose();
    x = output;
    const values = output.dataSync<'float32'>().slice();
    const shape = output.shape.slice(1) as [height: number, width: number, channels: number];
    if (index === layers.length - 1) x.dispose();
    return { layer, shape, values };
  });
}

/** The channels of [.., channels] values, by the sum of their squares, from the largest on. */
function strongest(values: Float32Array, channels: number): number[] {
  const energy = new Float64Array(channels);
  values.forEach((value, i) => {
    energy[i % channels]! += value * value;
  });
  return [...energy.keys()].sort((a, b) => energy[b]! - energy[a]! || a - b);
}
