// AlexNet as torchvision has it: `features`, `avgpool`, `classifier`, as a list of layers that are plain data.
// Source: Krizhevsky, "One weird trick for parallelizing convolutional neural networks" (2014);
// torchvision/models/alexnet.py.

export type Layer = { readonly name: string } & (
  | {
      readonly type: 'Conv2d';
      readonly inChannels: number;
      readonly outChannels: number;
      readonly kernelSize: number;
      readonly stride: number;
      readonly padding: number;
    }
  | { readonly type: 'ReLU' }
  | { readonly type: 'MaxPool2d'; readonly kernelSize: number; readonly stride: number }
  | { readonly type: 'AdaptiveAvgPool2d'; readonly outputSize: number }
  /** No module in PyTorch, but a line of AlexNet.forward: `torch.flatten(x, 1)`. */
  | { readonly type: 'Flatten' }
  | { readonly type: 'Dropout'; readonly p: number }
  | { readonly type: 'Linear'; readonly inFeatures: number; readonly outFeatures: number }
);

/** Which layers are trained: the last one, all Linear ones, a convolution and all layers after it, or all. */
export type Trainable = 'head' | 'classifier' | 'all' | `features.${number}`;

/** How wide the layers are. Tests run the real code on narrow networks; everybody else wants the default. */
export interface Widths {
  /** Output channels of the five convolutions. */
  readonly convolutions: readonly [number, number, number, number, number];
  /** Outputs of the two hidden Linear layers, fc6 and fc7. */
  readonly hidden: readonly [number, number];
}

export const alexNetWidths: Widths = { convolutions: [64, 192, 384, 256, 256], hidden: [4096, 4096] };

/** The share of its inputs that a Dropout layer drops. */
export const dropoutShare = 0.5;

/** The zeros that the first convolution adds on each side. */
export const inputPadding = 2;

/** The images that AlexNet takes are squares of this many pixels. */
export const inputSize = 224;

/**
 * The layers of AlexNet in the order in which they run.
 *
 * Input [n, 3, 224, 224] in PyTorch's order, output [n, classes].
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

/** The layer that turns features into classes, and that another number of classes replaces. */
export const headName = 'classifier.6';

/**
 * The shapes of a layer's parameters by PyTorch's names, in PyTorch's order and layout: Conv2d weights
 * [out, in, kh, kw], Linear weights [out, in].
 */
export function parameterShapes(layer: Layer): [name: string, shape: number[]][] {
  switch (layer.type) {
    case 'Conv2d': {
      const { outChannels, inChannels, kernelSize } = layer;
      return [
        [`${layer.name}.weight`, [outChannels, inChannels, kernelSize, kernelSize]],
        [`${layer.name}.bias`, [outChannels]],
      ];
    }
    case 'Linear':
      return [
        [`${layer.name}.weight`, [layer.outFeatures, layer.inFeatures]],
        [`${layer.name}.bias`, [layer.outFeatures]],
      ];
    default:
      return [];
  }
}

/** The index of the first layer that is trained; those before it are frozen. Undefined for an unknown layer. */
export function firstTrainable(layers: readonly Layer[], trainable: Trainable): number | undefined {
  const name =
    { head: headName, classifier: 'classifier.0', all: 'features.0' }[trainable as string] ?? trainable;
  const index = layers.findIndex((layer) => layer.name === name);
  return index < 0 ? undefined : index;
}

/** How many values an image has at each Dropout layer, in their order: what the Linear layer behind it takes. */
export function dropoutInputs(layers: readonly Layer[]): number[] {
  return layers.flatMap((layer, index) => {
    const next = layers[index + 1];
    return layer.type === 'Dropout' && next?.type === 'Linear' ? [next.inFeatures] : [];
  });
}
