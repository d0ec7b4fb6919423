// Engine folders for tests: the installed engine, and fake ones in a test's own cache.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type EngineFolder, engineFolder, locateEngine } from '../../../dist/engine/install/locate.js';
import { setEnvironment, temporaryFolder } from '../../support.js';

/** The engine that `npm test` has set up, located before a test changes ALEXFT_CACHE. */
export const realEngine = locateEngine('cpu');
export const withoutEngine: string | false = realEngine ? false : 'the native engine is not set up';

/** Sets ALEXFT_CACHE to an empty folder during the test. */
export async function ownCache(t: TestContext): Promise<string> {
  const folder = await temporaryFolder(t);
  setEnvironment(t, { ALEXFT_CACHE: folder });
  return folder;
}

/** Creates an engine folder with the given files. */
export async function layOut(name: string, files: Record<string, string>): Promise<EngineFolder> {
  const folder = engineFolder('cpu', name);
  await mkdir(folder.libraries, { recursive: true });
  for (const [file, contents] of Object.entries(files)) await writeFile(join(folder.path, file), contents);
  return folder;
}
