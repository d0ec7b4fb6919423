// alexft inspect, on a terminal or for a program.

import { drawNetwork, type NetworkDrawings } from '../commands/drawNetwork.js';
import { type Inspection, inspect, inspectedInput, layerLine } from '../commands/inspect.js';
import { ExitCode, printable } from '../core/errors.js';
import { parameterList } from '../model/summary.js';
import type { InspectOptions } from '../options/modelOptions.js';
import type { OutputOptions } from '../options/outputOptions.js';
import { commandOptions, openScreen } from './screen.js';
import { printJson, printResult } from './terminal.js';

export async function runInspect(
  words: string[],
  options: InspectOptions & OutputOptions,
  typed: Partial<InspectOptions>,
): Promise<ExitCode> {
  if (options.filters !== undefined || options.activations !== undefined) {
    return await runDraw(words, options, typed);
  }
  const { filters: _filters, activations: _activations, force: _force, ...given } = commandOptions(options);
  const line = options.json ? undefined : await layerLine(words, given);
  if (line !== undefined) {
    await printResult(line);
    return ExitCode.ok;
  }
  const { tree, layer: _, ...summary } = await inspect(words, given);
  if (options.json) await printJson({ schema: 1, ...summary });
  else
    for (const part of [tree, '', parameterList(summary.parameters), '', ...shapes(summary)])
      await printResult(part);
  return ExitCode.ok;
}

async function runDraw(
  words: string[],
  options: OutputOptions,
  typed: Partial<InspectOptions>,
): Promise<ExitCode> {
  const drawings = await drawNetwork(words, typed, openScreen(options).context);
  if (options.json) await printJson({ schema: 1, ...drawings });
  else for (const line of drawnLines(drawings)) await printResult(line);
  return ExitCode.ok;
}

function drawnLines({ network, filters, activations }: NetworkDrawings): string[] {
  const whose = printable(network);
  return [
    filters && `${printable(filters.file)}: the ${filters.kernels} kernels of features.0 of ${whose}`,
    activations &&
      `${printable(activations.file)}: what ${whose} makes of ${printable(activations.picture)}, layer by layer`,
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
