// alexft serve.

import { serve } from '../../commands/models/serve.js';
import { ExitCode, printable, usageError } from '../../core/errors.js';
import type { OutputOptions } from '../../options/outputOptions.js';
import type { ServeOptions } from '../../options/serveOptions.js';
import { commandOptions, openScreen } from '../terminal/screen.js';

/** Serves until a signal, the regular end: exit code 0. */
export async function runServe(words: string[], options: ServeOptions & OutputOptions): Promise<ExitCode> {
  const [path, ...more] = words;
  if (more.length > 0) {
    throw usageError(`Expected one model but received ${words.length}.`, 'alexft serve models/NAME');
  }
  const screen = openScreen(options, 'Stopping after the accepted requests.');
  const { url, model, classes, device, ended } = await serve(path, commandOptions(options), screen.context);
  await screen.finish({ url, model, classes, device }, () => [
    `${printable(model)} on ${printable(url)} (Ctrl-C stops the server)`,
  ]);
  await ended;
  return ExitCode.ok;
}
