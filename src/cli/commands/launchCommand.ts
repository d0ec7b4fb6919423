// alexft launch.

import { launch } from '../../commands/training/launch.js';
import type { ExitCode } from '../../core/errors.js';
import type { Values } from '../../options/option.js';
import type { OutputOptions } from '../../options/outputOptions.js';
import type { launchOptions } from '../../options/train/launchOptions.js';
import { interruptedExitCode } from '../terminal/interrupt.js';
import { openScreen } from '../terminal/screen.js';

export async function runLaunch(
  words: string[],
  options: Values<typeof launchOptions> & OutputOptions,
): Promise<ExitCode> {
  const { context } = openScreen(options, 'Stopping all ranks ...');
  const code = await launch(words, options, process.argv[1]!, context);
  return interruptedExitCode() ?? (code as ExitCode);
}
