// Engine folders for tests: the one that set-up provided, and made-up ones in a cache of the test's own.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type EngineFolder, engineFolder, locateEngine } from '../../../dist/engine/install/locate.js';
import { temporaryFolder } from '../../support.js';

/** What `npm test` set up, found before any test changes ALEXFT_CACHE. */
export const realEngine = locateEngine('cpu');
export const withoutEngine: string | false = realEngine ? false : 'the native engine is not set up';

/** Makes an empty cache folder the one that is used during the test. */
export async function ownCache(t: TestContext): Promise<string> {
  const before = process.env.ALEXFT_CACHE;
  const folder = await temporaryFolder(t);
  process.env.ALEXFT_CACHE = folder;
  t.after(() => {
    if (before === undefined) delete process.env.ALEXFT_CACHE;
    else process.env.ALEXFT_CACHE = before;
  });
  return folder;
}

/** A folder laid out as an engine, its three files and its record being `files`. */
export async function layOut(name: string, files: Record<string, string>): Promise<EngineFolder> {
  const folder = engineFolder('cpu', name);
  await mkdir(folder.libraries, { recursive: true });
  for (const [file, contents] of Object.entries(files)) await writeFile(join(folder.path, file), contents);
  return folder;
}
