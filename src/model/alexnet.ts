// AlexNet like torchvision's, with `features`, `avgpool` and `classifier`, as a list of layers.
// Source: Krizhevsky, "One weird trick for parallelizing convolutional neural networks" (2014);
// torchvision/models/alexnet.py.

import type { Layer } from './layers.js';

/** The sizes of the layers. Tests use narrow networks; everything else uses the default. */
export interface Widths {
  /** Output channels of the five convolutions. */
  readonly convolutions: readonly [number, number, number, number, number];
  /** Output features of the two hidden Linear layers, fc6 and fc7. */
  readonly hidden: readonly [number, number];
}

export const alexNetWidths: Widths = { convolutions: [64, 192, 384, 256, 256], hidden: [4096, 4096] };

/** The probability with which a Dropout layer zeroes an input. */
export const dropoutShare = 0.5;

/** The padding of the first convolution in pixels, on each side. */
export const inputPadding = 2;

/** The height and width of input images in pixels. */
export const inputSize = 224;

/**
 * The layers of AlexNet in execution order. Input [n, 3, 224, 224] in PyTorch's layout, output [n, classes].
 */
export function alexNet(options: { classes: number; widths?: Widths; dropout?: number }): Layer[] {
  const { classes, widths = alexNetWidths, dropout: p = dropoutShare } = options;
  const [c0, c1, c2, c3, c4] = widths.convolutions;
  const [h0, h1] = widths.hidden;
  const poolSize = 6;

  const conv = (
    inChannels: number,
    outChannels: number,
    kernelSize: number,
    stride: number,
    padding: number,
  ) => ({ type: 'Conv2d', inChannels, outChannels, kernelSize, stride, padding }) as const;
  const linear = (inFeatures: number, outFeatures: number) =>
    ({ type: 'Linear', inFeatures, outFeatures }) as const;
  const relu = { type: 'ReLU' } as const;
  const maxPool = { type: 'MaxPool2d', kernelSize: 3, stride: 2 } as const;
  const dropout = { type: 'Dropout', p } as const;

  const features = [
    conv(3, c0, 11, 4, inputPadding),
    relu,
    maxPool,
    conv(c0, c1, 5, 1, 2),
    relu,
    maxPool,
    conv(c1, c2, 3, 1, 1),
    relu,
    conv(c2, c3, 3, 1, 1),
    relu,
    conv(c3, c4, 3, 1, 1),
    relu,
    maxPool,
  ];
  const classifier = [
    dropout,
    linear(c4 * poolSize * poolSize, h0),
    relu,
    dropout,
    linear(h0, h1),
    relu,
    linear(h1, classes),
  ];
  return [
    ...features.map((layer, i) => ({ name: `features.${i}`, ...layer })),
    { name: 'avgpool', type: 'AdaptiveAvgPool2d', outputSize: poolSize },
    { name: 'flatten', type: 'Flatten' },
    ...classifier.map((layer, i) => ({ name: `classifier.${i}`, ...layer })),
  ];
}

/** The last layer, which is replaced for another number of classes. */
export const headName = 'classifier.6';

/**
 * The values of --trainable: the last layer, all Linear layers, all layers, or a layer of the features and all layers
 * after it.
 */
export type Trainable = 'head' | 'classifier' | 'all' | `features.${number}`;

export const trainableLayers: readonly Trainable[] = [
  ...(['head', 'classifier', 'all'] as const),
  ...Array.from({ length: 13 }, (_, index) => `features.${index}` as const),
];

/** The index of the first trained layer; the layers before it are frozen. Undefined if there is no such layer. */
export function firstTrainable(layers: readonly Layer[], trainable: Trainable): number | undefined {
  const name =
    { head: headName, classifier: 'classifier.0', all: 'features.0' }[trainable as string] ?? trainable;
  const index = layers.findIndex((layer) => layer.name === name);
  return index < 0 ? undefined : index;
}
