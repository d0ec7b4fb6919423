import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { cacheFolder } from '../../dist/io/cacheFolder.js';

const cases: [environment: Record<string, string>, expected: string][] = [
  [{ ALEXFT_CACHE: '/a/b', XDG_CACHE_HOME: '/x' }, '/a/b'],
  [{ ALEXFT_CACHE: 'a/../b' }, resolve('b')],
  [{ ALEXFT_CACHE: '', XDG_CACHE_HOME: '/x' }, '/x/alexft'],
  [{ XDG_CACHE_HOME: 'relative' }, join(homedir(), '.cache', 'alexft')],
  [{ XDG_CACHE_HOME: '' }, join(homedir(), '.cache', 'alexft')],
];
for (const [environment, expected] of cases) {
  test(`the cache folder for ${JSON.stringify(environment)}`, () => {
    assert.equal(cacheFolder(environment, 'linux'), expected);
  });
}
