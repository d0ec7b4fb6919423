// Summaries of a network, formatted like PyTorch's.

import { type Layer, parameterShapes } from './layers.js';
import { sizeOf } from './stateDict.js';

/** The inside of one line of `print(model)`: `Linear(in_features=4096, out_features=2, bias=True)`. */
function describeLayer(layer: Layer): string {
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

/** What `print(model)` prints in PyTorch, character for character. */
export const moduleTree = (layers: readonly Layer[]): string =>
  ['AlexNet(', ...childrenOf(layers).flatMap(childLines).map(indented), ')'].join('\n');

/** What PyTorch prints for a layer (`classifier.6`) or a Sequential (`classifier`); undefined for another name. */
export function describeModule(layers: readonly Layer[], name: string): string | undefined {
  const layer = modulesOf(layers).find((layer) => layer.name === name);
  if (layer) return describeLayer(layer);
  const group = childrenOf(layers).find((child) => child.name === name);
  return group && moduleLines(group).join('\n');
}

/** The names that `describeModule` accepts: `features`, `features.0`, ..., `classifier.6`. */
export const moduleNames = (layers: readonly Layer[]): string[] =>
  childrenOf(layers).flatMap(({ name, layers }) => [
    ...new Set([name, ...layers.map((layer) => layer.name)]),
  ]);

/** A child of the network: a Sequential of layers, or a layer of the same name. */
interface Child {
  readonly name: string;
  readonly layers: readonly Layer[];
}

function childrenOf(layers: readonly Layer[]): Child[] {
  const children = new Map<string, Layer[]>();
  for (const layer of modulesOf(layers)) {
    const [name] = layer.name.split('.') as [string];
    children.set(name, [...(children.get(name) ?? []), layer]);
  }
  return [...children].map(([name, layers]) => ({ name, layers }));
}

function moduleLines({ name, layers }: Child): string[] {
  if (layers[0]!.name === name) return [describeLayer(layers[0]!)];
  const lines = layers.map((layer) => `(${layer.name.slice(name.length + 1)}): ${describeLayer(layer)}`);
  return ['Sequential(', ...lines.map(indented), ')'];
}

function childLines(child: Child): string[] {
  const [first, ...rest] = moduleLines(child);
  return [`(${child.name}): ${first}`, ...rest];
}

const indented = (line: string): string => `  ${line}`;

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
