// The connection between a command and its user: progress, messages, results and signals.

import type { OutputOptions } from '../../options/outputOptions.js';
import type { CommandContext } from '../../profile/context.js';
import { type Costs, createCosts, profileLines, systemLines } from '../display/costs.js';
import { stdoutCapabilities } from './capabilities.js';
import { wrap } from './columns.js';
import { onInterrupt } from './interrupt.js';
import { printJson, printMessage, printResult } from './output.js';
import { createProgress, type Progress } from './progress.js';
import { asTyped } from './typedCommand.js';

export interface Screen {
  readonly progress: Progress;
  readonly context: CommandContext;
  /** The timings of --verbose. */
  readonly costs: Costs;
  /** Prints a line of a running command's result, wrapped to the terminal. */
  print(line: string): Promise<void>;
  /** Ends the progress and prints the command's result: as one object with --json, in lines for people otherwise. */
  finish(result: object, lines: () => readonly string[]): Promise<void>;
}

/** `announcement` is printed when the command is interrupted. */
export function openScreen(options: OutputOptions, announcement = 'Stopping.'): Screen {
  const progress = createProgress(options.quiet);
  const costs = createCosts();
  if (options.verbose && !options.quiet) {
    for (const line of systemLines()) progress.message(line);
    process.once('exit', () => {
      for (const line of costs.lines()) printMessage(line);
    });
  }
  const context: CommandContext = {
    onMessage: (message) => {
      costs.spent('starting');
      progress.message(asTyped(message));
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
  return {
    progress,
    context,
    costs,
    print: async (line) => {
      if (stdoutCapabilities.interactive) progress.end(); // stdout and stderr share the terminal
      for (const part of wrap(line, stdoutCapabilities.columns())) await printResult(part);
    },
    finish: async (result, lines) => {
      progress.end();
      if (options.json) await printJson({ schema: 1, ...result });
      else for (const line of lines()) await printResult(line);
    },
  };
}

/** The options without the output options, which commands do not accept. */
export function commandOptions<T extends OutputOptions>(options: T): Omit<T, keyof OutputOptions> {
  const { config: _config, json: _json, quiet: _quiet, verbose: _verbose, ...rest } = options;
  return rest;
}
