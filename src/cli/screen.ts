// What every command's file needs of the outside: someone to tell, and a way to be stopped.

import type { OutputOptions } from '../options/outputOptions.js';
import type { CommandContext } from '../profile/profile.js';
import { stdoutCan } from './capabilities.js';
import { wrapped } from './columns.js';
import { type Costs, createCosts, surroundings } from './costs.js';
import { onInterrupt } from './interrupt.js';
import { profileLines } from './profileLines.js';
import { createProgress, type Progress } from './progress.js';
import { printResult, say } from './terminal.js';

export interface Screen {
  readonly progress: Progress;
  readonly context: CommandContext;
  /** Where the time goes, for --verbose. */
  readonly costs: Costs;
  /** A line of the result for a person; on a terminal, where a bar may be, in lines that go into it. */
  print(line: string): Promise<void>;
}

export function openScreen(options: OutputOptions, announcement = 'Stopping.'): Screen {
  const progress = createProgress(options.quiet);
  const costs = createCosts();
  if (options.verbose && !options.quiet) {
    for (const line of surroundings()) progress.message(line);
    process.once('exit', () => {
      for (const line of costs.lines()) say(line);
    });
  }
  const context: CommandContext = {
    onMessage: (message) => {
      costs.spent('starting');
      progress.message(message);
    },
    onProgress: (label, done, total, unit) => {
      costs.spent(label.toLowerCase());
      progress.update(label, done, total, unit);
    },
    onProfile: (profile) => {
      for (const line of profileLines(profile)) progress.message([line]);
    },
    hideNativeLog: !options.verbose,
    ownProcess: true,
    signal: onInterrupt(announcement),
  };
  const print = async (line: string) => {
    if (stdoutCan.draws) progress.end(); // they share the terminal
    for (const part of wrapped(line, stdoutCan.columns())) await printResult(part);
  };
  return { progress, context, costs, print };
}

/** The options without those that are about output, which commands know nothing of. */
export function commandOptions<T extends OutputOptions>(options: T): Omit<T, keyof OutputOptions> {
  const { json: _json, quiet: _quiet, verbose: _verbose, ...rest } = options;
  return rest;
}
