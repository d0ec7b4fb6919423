import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { compilerVersion } from '../../../dist/engine/install/compile.js';
import { setEnvironment, temporaryFolder } from '../../support.js';

test('CXX is a command and its words, and no line of shell', async (t) => {
  const folder = await temporaryFolder(t);
  const made = join(folder, 'made');
  for (const CXX of [`true; touch ${made}`, `$(touch ${made})`, `| touch ${made}`, `true && touch ${made}`]) {
    setEnvironment(t, { CXX });
    await compilerVersion();
    assert.deepEqual(await readdir(folder), []);
  }
});
