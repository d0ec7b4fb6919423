// alexft verify.

import { verify } from '../../commands/runs/verify.js';
import { ExitCode, printable, usageError } from '../../core/errors.js';
import type { OutputOptions } from '../../options/outputOptions.js';
import { openScreen } from '../terminal/screen.js';

export async function runVerify(words: string[], options: OutputOptions): Promise<ExitCode> {
  const [folder, ...more] = words;
  if (folder === undefined || more.length > 0) {
    throw usageError(
      `Expected one run folder to verify but received ${words.length}.`,
      'alexft verify models/NAME',
    );
  }
  const screen = openScreen(options);
  const result = await verify(folder, screen.context);
  await screen.finish(result, () => [
    ...result.files.map(
      ({ file, ok, detail }) => `${ok ? 'ok     ' : 'DAMAGED'}  ${printable(file)}: ${detail}`,
    ),
    `${printable(result.run)}: ${result.ok ? 'all files are intact' : 'damaged'} (state ${result.state})`,
  ]);
  return result.ok ? ExitCode.ok : ExitCode.badData;
}
