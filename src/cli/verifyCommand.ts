// alexft verify, on a terminal or for a program.

import { verify } from '../commands/verify.js';
import { ExitCode, printable, usageError } from '../core/errors.js';
import type { OutputOptions } from '../options/outputOptions.js';
import { openScreen } from './screen.js';
import { printJson, printResult } from './terminal.js';

export async function runVerify(words: string[], options: OutputOptions): Promise<ExitCode> {
  const [folder, ...more] = words;
  if (folder === undefined || more.length > 0) {
    throw usageError('Name one run to verify.', 'alexft verify models/NAME');
  }
  const screen = openScreen(options);
  const result = await verify(folder, screen.context);
  screen.progress.end();
  if (options.json) {
    await printJson({ schema: 1, ...result });
  } else {
    for (const { file, ok, detail } of result.files) {
      await printResult(`${ok ? 'ok     ' : 'DAMAGED'}  ${printable(file)}: ${detail}`);
    }
    await printResult(
      `${printable(result.run)}: ${result.ok ? 'every file is as it was written' : 'damaged'} (state ${result.state})`,
    );
  }
  return result.ok ? ExitCode.ok : ExitCode.badData;
}
