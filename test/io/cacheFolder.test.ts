import assert from 'node:assert/strict';
import { homedir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../dist/core/errors.js';
import { cacheFolder, homeFolder } from '../../dist/io/cacheFolder.js';
import { torchCheckpoints } from '../../dist/weights/torchvision.js';
import { alexft } from '../cli/run.js';
import { setEnvironment, temporaryFolder } from '../support.js';

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

/** As libuv fails for a user ID without a passwd entry. */
const noEntry = (): never => {
  throw Object.assign(new Error('uv_os_homedir returned ENOENT'), { code: 'ERR_SYSTEM_ERROR' });
};

test("without a home folder the cache needs ALEXFT_CACHE, and PyTorch's cache is skipped", () => {
  const home = () => homeFolder([noEntry, noEntry]);
  assert.equal(home(), undefined);
  for (const platform of ['linux', 'darwin', 'win32'] as const) {
    assert.throws(
      () => cacheFolder({}, platform, home),
      (error) =>
        error instanceof UserError && /HOME/.test(error.message) && /ALEXFT_CACHE/.test(error.hint ?? ''),
    );
    assert.equal(cacheFolder({ ALEXFT_CACHE: '/a' }, platform, home), '/a');
  }
  assert.equal(torchCheckpoints({}, home), undefined);
  assert.equal(torchCheckpoints({ TORCH_HOME: '/t' }, home), '/t/hub/checkpoints');
});

test('an empty HOME is not the working directory', (t) => {
  setEnvironment(t, { HOME: '' });
  assert.equal(homeFolder(), userInfo().homedir);
});

test('commands of a user without a home folder', async (t) => {
  const folder = await temporaryFolder(t);
  const lines = [
    "import os from 'node:os'",
    "import { syncBuiltinESMExports } from 'node:module'",
    "os.homedir = os.userInfo = () => { throw Object.assign(new Error('no entry'), { code: 'ERR_SYSTEM_ERROR' }) }",
    'syncBuiltinESMExports()',
  ];
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(lines.join(';'))}`;
  const nowhere = { NODE_OPTIONS, ALEXFT_CACHE: '', XDG_CACHE_HOME: '', TORCH_HOME: '' };
  for (const words of [['weights', 'list'], ['cache'], ['doctor', '--quick'], ['setup', '--list']]) {
    const { code, stderr } = await alexft(words, { cwd: folder, env: nowhere });
    assert.equal(code, 1, words.join(' '));
    assert.match(stderr, /^error: There is no folder for the cache: HOME .*\n.* ALEXFT_CACHE .*\n$/);
  }
  const env = { ...nowhere, ALEXFT_CACHE: join(folder, 'cache') };
  for (const words of [['weights', 'list'], ['cache'], ['doctor', '--quick', '--device', 'wasm']]) {
    const { stderr } = await alexft(words, { cwd: folder, env });
    assert.doesNotMatch(stderr, /^error/m, words.join(' '));
  }
  const { stderr } = await alexft(['train', '--data', 'none', '--weights', 'none'], { cwd: folder, env });
  assert.match(stderr, /^error: The folder 'none' does not exist/);
});
