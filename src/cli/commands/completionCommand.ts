// alexft completion: a script with which a shell completes command lines.

import { ExitCode, printable, usageError } from '../../core/errors.js';
import { type Shell, shells } from '../../options/completionOptions.js';
import { type OutputOptions, outputOptions } from '../../options/outputOptions.js';
import { bashCompletion } from '../completion/bash.js';
import { type CompletedCommand, completionsOf } from '../completion/completions.js';
import { fishCompletion } from '../completion/fish.js';
import { powershellCompletion } from '../completion/powershell.js';
import { zshCompletion } from '../completion/zsh.js';
import { openScreen } from '../terminal/screen.js';

const writers: Readonly<Record<Shell, (commands: readonly CompletedCommand[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
  powershell: powershellCompletion,
};

/** `commands`: all of them, to complete. */
export const completionOf =
  (commands: Parameters<typeof completionsOf>[0]) =>
  async (words: string[], options: OutputOptions): Promise<ExitCode> => {
    const [shell = '', ...more] = words;
    if (more.length > 0 || !Object.hasOwn(writers, shell)) {
      throw usageError(
        `Expected one of ${shells.join(', ')} for alexft completion but received '${printable(words.join(' '))}'.`,
      );
    }
    const script = writers[shell as Shell](completionsOf(commands, outputOptions, { completion: shells }));
    await openScreen(options).finish({ shell, script }, () => script.trimEnd().split('\n'));
    return ExitCode.ok;
  };
