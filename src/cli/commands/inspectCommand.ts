// alexft inspect.

import { drawNetwork, type NetworkDrawings } from '../../commands/models/drawNetwork.js';
import { type Inspection, inspect, inspectedInput, layerText } from '../../commands/models/inspect.js';
import { ExitCode, printable } from '../../core/errors.js';
import { parameterList } from '../../model/summary.js';
import type { InspectOptions } from '../../options/modelOptions.js';
import type { OutputOptions } from '../../options/outputOptions.js';
import { commandOptions, openScreen } from '../terminal/screen.js';

export async function runInspect(
  words: string[],
  options: InspectOptions & OutputOptions,
  typed: Partial<InspectOptions>,
): Promise<ExitCode> {
  const screen = openScreen(options);
  const { filters, activations, force: _force, ...given } = commandOptions(options);
  if (filters !== undefined || activations !== undefined) {
    const drawings = await drawNetwork(words, typed, screen.context);
    await screen.finish(drawings, () => drawnLines(drawings));
    return ExitCode.ok;
  }
  const layer = options.json ? undefined : await layerText(words, given);
  if (layer !== undefined) {
    await screen.finish({}, () => [layer]);
    return ExitCode.ok;
  }
  const { tree, layer: _, ...summary } = await inspect(words, given);
  await screen.finish(summary, () => [tree, '', parameterList(summary.parameters), '', ...shapes(summary)]);
  return ExitCode.ok;
}

function drawnLines({ network, filters, activations }: NetworkDrawings): string[] {
  const name = printable(network);
  return [
    filters && `${printable(filters.file)}: the ${filters.kernels} kernels of features.0 of ${name}`,
    activations &&
      `${printable(activations.file)}: activations of ${name} for ${printable(activations.picture)}, layer by layer`,
  ].filter((line) => line !== undefined);
}

function shapes({ total, trainable, layers, output }: Omit<Inspection, 'tree' | 'layer'>): string[] {
  const count = (n: number) => n.toLocaleString('en-US');
  const size = (shape: readonly number[]) => `[${shape.join(', ')}]`;
  return [
    `Trainable ${count(trainable)}, frozen ${count(total - trainable)}`,
    '',
    `Output shapes for an input of ${size(inspectedInput)}`,
    ...layers.map(
      ({ name, type, outputShape }) => `${name.padEnd(14)}${type.padEnd(20)}${size(outputShape)}`,
    ),
    `Result ${size(output)}`,
  ];
}
