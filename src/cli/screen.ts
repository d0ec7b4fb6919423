// What every command's file needs of the outside: someone to tell, and a way to be stopped.

import type { CommandContext } from '../commands/context.js';
import type { OutputOptions } from '../options/outputOptions.js';
import { onInterrupt } from './interrupt.js';
import { createProgress, type Progress } from './progress.js';

export interface Screen {
  readonly progress: Progress;
  readonly context: CommandContext;
}

export function openScreen(options: OutputOptions, announcement = 'Stopping.'): Screen {
  const progress = createProgress(options.quiet);
  const context: CommandContext = {
    onMessage: (message) => progress.message(message),
    onProgress: (label, done, total) => progress.update(label, done, total),
    hideNativeLog: !options.verbose,
    signal: onInterrupt(announcement),
  };
  return { progress, context };
}

/** The options without those that are about output, which commands know nothing of. */
export function commandOptions<T extends OutputOptions>(options: T): Omit<T, keyof OutputOptions> {
  const { json: _json, quiet: _quiet, verbose: _verbose, ...rest } = options;
  return rest;
}
