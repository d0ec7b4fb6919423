// alexft export.

import { type ExportedModel, exportModel } from '../../commands/models/export.js';
import { ExitCode, printable, usageError } from '../../core/errors.js';
import type { ExportOptions } from '../../options/exportOptions.js';
import type { OutputOptions } from '../../options/outputOptions.js';
import { accuracyLine, proofLine, targetText } from '../display/exportLines.js';
import { commandOptions, openScreen } from '../terminal/screen.js';

export async function runExport(words: string[], options: ExportOptions & OutputOptions): Promise<ExitCode> {
  const [from, to, ...others] = words;
  if (others.length > 0) {
    throw usageError(
      `Expected a model and an output path for alexft export but received ${words.length} arguments.`,
      'For example: alexft export models/photos photos.onnx',
    );
  }
  const screen = openScreen(options);
  const exported = await exportModel(from!, to!, commandOptions(options), screen.context);
  await screen.finish(exported, () => exportedLines(exported));
  return ExitCode.ok;
}

function exportedLines({ to, target, bytes, files, proof, quantization }: ExportedModel): string[] {
  const description = printable(files.find((file) => file.endsWith('alexft.json'))!);
  return [
    `${printable(to)}: ${targetText(target, quantization)}, ${bytes.toLocaleString('en-US')} bytes; described in ${description}`,
    proofLine(proof),
    ...(quantization ? [accuracyLine(quantization)] : []),
  ];
}
