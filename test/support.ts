// What many tests need of the outside.

import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

/** The project's root, from .tests/, where the compiled tests lie. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Photos and figures that are not part of the project; the tests that want them are skipped without. */
export const shared = join(root, '..', 'shared');

/** For a test's `skip`: false where ../shared is there, or required; else the reason. */
export const withoutShared: string | false =
  existsSync(shared) || process.env.ALEXFT_REQUIRE_SHARED === '1' ? false : '../shared is not here';

/** The browser that reports are opened in. */
export const chromium =
  process.env.ALEXFT_CHROMIUM ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));

/** For a test's `skip`: false where Chromium is there, or required; else the reason. */
export const withoutChromium: string | false =
  chromium !== undefined || process.env.ALEXFT_REQUIRE_CHROMIUM === '1'
    ? false
    : 'there is no Chromium in /usr/bin (Debian: apt install chromium)';

/** A folder that is gone after the test. */
export async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'alexft-test-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Sets environment variables until the test is over. */
export function setEnvironment(t: TestContext, variables: Record<string, string>): void {
  for (const [name, value] of Object.entries(variables)) {
    const before = process.env[name];
    process.env[name] = value;
    t.after(() => {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    });
  }
}
