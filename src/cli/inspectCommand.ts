// alexft inspect, on a terminal or for a program.

import { type Inspection, inspect, inspectedInput, layerLine } from '../commands/inspect.js';
import { ExitCode } from '../errors.js';
import { parameterList } from '../model/summary.js';
import type { InspectOptions } from '../options/modelOptions.js';
import type { OutputOptions } from '../options/outputOptions.js';
import { commandOptions } from './screen.js';
import { printJson, printResult } from './terminal.js';

export async function runInspect(
  words: string[],
  options: InspectOptions & OutputOptions,
): Promise<ExitCode> {
  const given = commandOptions(options);
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
