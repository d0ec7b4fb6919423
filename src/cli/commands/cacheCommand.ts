// alexft cache.

import { type CachedPart, type CachePart, cacheParts, clearCache, listCache } from '../../commands/cache.js';
import { ExitCode, printable, usageError } from '../../core/errors.js';
import { megabytes } from '../../core/formatting.js';
import { cacheForms } from '../../options/cacheOptions.js';
import type { OutputOptions } from '../../options/outputOptions.js';
import { openScreen } from '../terminal/screen.js';

export async function runCache(words: string[], options: OutputOptions): Promise<ExitCode> {
  const [action, ...names] = words;
  if (action !== undefined && action !== 'clear') throw invalid('clear or no action', action);
  const unknown = names.find((name) => !Object.hasOwn(cacheParts, name));
  if (unknown !== undefined) throw invalid(Object.keys(cacheParts).join(', '), unknown);
  const screen = openScreen(options);
  if (action) {
    const parts = names.length > 0 ? (names as CachePart[]) : (['features'] as const);
    const cleared = await clearCache(parts, screen.context);
    await screen.finish({ cleared }, () => cleared.map(clearedLine));
  } else {
    const parts = await listCache();
    await screen.finish({ parts }, () => parts.map(listedLine));
  }
  return ExitCode.ok;
}

const invalid = (what: string, found: string) =>
  usageError(
    `Expected ${what} for alexft cache but received '${printable(found)}'.`,
    ['Usage:', ...cacheForms].join('\n'),
  );

const listedLine = ({ name, path, bytes }: CachedPart): string =>
  `${name.padEnd(10)}${megabytes(bytes).padStart(12)}  ${printable(path)}\n${' '.repeat(24)}${cacheParts[name]}`;

const clearedLine = ({ name, bytes }: CachedPart): string => `${name}: ${megabytes(bytes)} removed`;
