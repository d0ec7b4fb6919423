// Summaries of a network, formatted like PyTorch's.

import { type Layer, parameterShapes } from './layers.js';
import { sizeOf } from './stateDict.js';

/** A layer as in `print(model)`: `Linear(in_features=4096, out_features=2, bias=True)`. */
export function describeLayer(layer: Layer): string {
  const pair = (n: number) => `(${n}, ${n})`;
  switch (layer.type) {
    case 'Conv2d': {
      const { inChannels, outChannels, kernelSize, stride, padding } = layer;
      return (
        `Conv2d(${inChannels}, ${outChannels}, kernel_size=${pair(kernelSize)}, ` +
        `stride=${pair(stride)}, padding=${pair(padding)})`
      );
    }
    case 'ReLU':
      return 'ReLU(inplace=True)';
    case 'MaxPool2d':
      return (
        `MaxPool2d(kernel_size=${layer.kernelSize}, stride=${layer.stride}, ` +
        'padding=0, dilation=1, ceil_mode=False)'
      );
    case 'AdaptiveAvgPool2d':
      return `AdaptiveAvgPool2d(output_size=${pair(layer.outputSize)})`;
    case 'Flatten':
      return 'Flatten(start_dim=1, end_dim=-1)';
    case 'Dropout':
      return `Dropout(p=${layer.p}, inplace=False)`;
    case 'Linear':
      return `Linear(in_features=${layer.inFeatures}, out_features=${layer.outFeatures}, bias=True)`;
  }
}

/** The layers that are modules in PyTorch: all except Flatten, which is a function there. */
export const modulesOf = (layers: readonly Layer[]): Layer[] =>
  layers.filter((layer) => layer.type !== 'Flatten');

/** The output of PyTorch's `print(model)`. */
export function moduleTree(layers: readonly Layer[]): string {
  const lines: string[] = ['AlexNet('];
  let open: string | undefined;
  for (const layer of modulesOf(layers)) {
    const [group, index] = layer.name.split('.') as [string, string?];
    if (open !== undefined && open !== group) {
      lines.push('  )');
      open = undefined;
    }
    if (index === undefined) {
      lines.push(`  (${group}): ${describeLayer(layer)}`);
    } else {
      if (open === undefined) lines.push(`  (${group}): Sequential(`);
      open = group;
      lines.push(`    (${index}): ${describeLayer(layer)}`);
    }
  }
  if (open !== undefined) lines.push('  )');
  return [...lines, ')'].join('\n');
}

export interface ParameterSummary {
  readonly name: string;
  readonly shape: readonly number[];
  readonly count: number;
  readonly trainable: boolean;
}

/** All parameters in PyTorch's order. `first`: the index of the first trained layer. */
export function summarizeParameters(layers: readonly Layer[], first: number): ParameterSummary[] {
  return layers.flatMap((layer, index) =>
    parameterShapes(layer).map(([name, shape]) => ({
      name,
      shape,
      count: sizeOf(shape),
      trainable: index >= first,
    })),
  );
}

/** The output of the notebook's loop over `named_parameters()`, with the total. */
export function parameterList(parameters: readonly ParameterSummary[]): string {
  const total = parameters.reduce((sum, { count }) => sum + count, 0);
  return [
    ...parameters.map(
      ({ name, shape, count }) => `${name} : torch.Size([${shape.join(', ')}]) Num Parameters: ${count}`,
    ),
    '------------------------',
    `Total Parameters in Model ${total}`,
  ].join('\n');
}
