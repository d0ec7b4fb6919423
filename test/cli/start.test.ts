// npm start: paths are relative to the user's directory, and messages show commands that the user can type.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { drawFolder } from '../data/colouredFolder.js';
import { root, setEnvironment, temporaryFolder } from '../support.js';
import { alexft } from './run.js';

const npmStart = (cwd: string, ...words: string[]) =>
  spawnSync('npm', ['start', '--silent', ...words], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ALEXFT_OFFLINE: '1' },
  });

test('npm start --prefix CLONE: paths of the working directory, commands with --prefix', async (t) => {
  const folder = await temporaryFolder(t);
  await drawFolder(join(folder, 'images'), [2, 2]);
  const checked = npmStart(folder, '--prefix', root, '--', 'check', '--data', 'images');
  assert.equal(checked.status, 0, checked.stderr);
  assert.match(checked.stdout, /^images: 4 files, 4 readable images$/m);
  const missing = npmStart(folder, '--prefix', root, '--', 'predict');
  assert.equal(missing.status, 2, missing.stderr);
  const command = `npm start --prefix ${relative(folder, root)} -- predict photo.jpg`;
  assert.ok(missing.stderr.includes(command), missing.stderr);
});

test('npm start in the clone: commands without --prefix, in errors and in the usage', () => {
  const missing = npmStart(root, '--', 'predict');
  assert.match(missing.stderr, /: npm start -- predict photo\.jpg$/m);
  assert.match(
    npmStart(root, '--', 'weights', '--help').stdout,
    /^Usage: npm start -- weights [\s\S]*npm start -- weights fetch/,
  );
});

test('the demo closes with commands in the same form', async (t) => {
  setEnvironment(t, { ALEXFT_COMMAND: 'npm start --' });
  const { closingLines } = await import('../../dist/cli/commands/demoCommand.js');
  const lines = closingLines(['alexft evaluate --data data/demo/test']);
  for (const command of ['evaluate --data data/demo/test', 'train --data DIR', 'predict photo.jpg']) {
    assert.ok(lines.includes(`  npm start -- ${command}`), lines.join('\n'));
  }
});

test('without npm the commands begin with alexft', async () => {
  const missing = await alexft(['predict'], { env: { ALEXFT_COMMAND: '' } });
  assert.match(missing.stderr, /: alexft predict photo\.jpg$/m);
});
