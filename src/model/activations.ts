// The activations of `features` for an image.

import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from './layers.js';
import type { Network } from './network.js';

/** The output of one channel. */
interface Channel {
  readonly index: number;
  /** [height, width]. */
  readonly values: Float32Array;
}

export interface Stage {
  readonly name: string;
  readonly type: Layer['type'];
  /** In PyTorch's layout, without the batch: [channels, height, width]. */
  readonly outputShape: readonly [number, number, number];
  /** The strongest channels, in descending order. */
  readonly channels: readonly Channel[];
}

/**
 * The activations of the `count` strongest channels of each layer of `features` for one image. Channels are ranked by
 * the sum of squares after the ReLU: the plain sum would favour uniform areas, the maximum single pixels. A
 * convolution, its ReLU and its pooling share the ranking, so that a channel can be compared across them.
 *
 * `image`: as in `Network.forward`, [1, ..]. Allocates no tensors that outlive the call.
 */
export function strongestActivations(network: Network, image: tf.Tensor, count: number): Stage[] {
  const outputs = featureOutputs(network, image);
  let chosen: number[] = [];
  return outputs.map(({ layer: { name, type }, shape, values }, index) => {
    const [height, width, channels] = shape;
    // outputs[index + 1] is the ReLU after a convolution.
    if (type === 'Conv2d') chosen = strongest(outputs[index + 1]!.values, channels).slice(0, count);
    return {
      name,
      type,
      outputShape: [channels, height, width],
      channels: chosen.map((channel) => ({
        index: channel,
        values: Float32Array.from(
          { length: height * width },
          (_, pixel) => values[pixel * channels + channel]!,
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

/** The channels of [.., channels] values by their sum of squares, in descending order. */
function strongest(values: Float32Array, channels: number): number[] {
  const energy = new Float64Array(channels);
  values.forEach((value, i) => {
    energy[i % channels]! += value * value;
  });
  return [...energy.keys()].sort((a, b) => energy[b]! - energy[a]! || a - b);
}
