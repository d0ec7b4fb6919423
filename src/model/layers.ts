// Layers as plain data, and functions over lists of them.

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
  /** Not a module in PyTorch but a line of AlexNet.forward: `torch.flatten(x, 1)`. */
  | { readonly type: 'Flatten' }
  | { readonly type: 'Dropout'; readonly p: number }
  | { readonly type: 'Linear'; readonly inFeatures: number; readonly outFeatures: number }
);

/**
 * The shapes of a layer's parameters with PyTorch's names, order and layout: Conv2d weights [out, in, kh, kw], Linear
 * weights [out, in].
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

/** The number of values per image at each Dropout layer, in order: the input size of the Linear layer after it. */
export function dropoutInputs(layers: readonly Layer[]): number[] {
  return layers.flatMap((layer, index) => {
    const next = layers[index + 1];
    return layer.type === 'Dropout' && next?.type === 'Linear' ? [next.inFeatures] : [];
  });
}
