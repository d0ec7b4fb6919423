// alexft setup, on a terminal or for a program.

import { setup } from '../commands/setup.js';
import { ExitCode } from '../errors.js';
import type { OutputOptions } from '../options/outputOptions.js';
import type { SetupOptions } from '../options/setupOptions.js';
import { commandOptions, openScreen } from './screen.js';
import { printResult } from './terminal.js';

export async function runSetup(_words: string[], options: SetupOptions & OutputOptions): Promise<ExitCode> {
  const screen = openScreen(options);
  const result = await setup(commandOptions(options), screen.context);
  screen.progress.end();
  if (options.json) await printResult(JSON.stringify({ schema: 1, ...result }));
  else
    await printResult(
      `The engine for the ${result.device}, TensorFlow ${result.version}, is ready: ${result.path}`,
    );
  return ExitCode.ok;
}
