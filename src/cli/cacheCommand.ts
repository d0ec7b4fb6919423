// alexft cache, on a terminal or for a program.

import { type CachedPart, type CachePart, cacheParts, clearCache, listCache } from '../commands/cache.js';
import { ExitCode, printable, usageError } from '../core/errors.js';
import { megabytes } from '../core/formatting.js';
import { cacheForms } from '../options/cacheOptions.js';
import type { OutputOptions } from '../options/outputOptions.js';
import { openScreen } from './screen.js';
import { printJson, printResult } from './terminal.js';

export async function runCache(words: string[], options: OutputOptions): Promise<ExitCode> {
  const [action, ...names] = words;
  const unknown = names.find((name) => !Object.hasOwn(cacheParts, name));
  if ((action !== undefined && action !== 'clear') || unknown !== undefined) {
    throw usageError(
      `'${printable(unknown ?? action!)}' is nothing that can be done with the cache.`,
      ['There are:', ...cacheForms].join('\n'),
    );
  }
  const screen = openScreen(options);
  const parts = action
    ? await clearCache(names.length > 0 ? (names as CachePart[]) : ['features'], screen.context)
    : await listCache();
  screen.progress.end();
  if (options.json) await printJson({ schema: 1, ...(action ? { cleared: parts } : { parts }) });
  else for (const part of parts) await printResult(action ? clearedLine(part) : listedLine(part));
  return ExitCode.ok;
}

const listedLine = ({ name, path, bytes }: CachedPart): string =>
  `${name.padEnd(10)}${megabytes(bytes).padStart(12)}  ${printable(path)}\n${' '.repeat(24)}${cacheParts[name]}`;

const clearedLine = ({ name, bytes }: CachedPart): string => `${name}: ${megabytes(bytes)} removed`;
