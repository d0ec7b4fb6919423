// What only shows on a real terminal: `script` gives one.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeConstantModel } from '../commands/models.js';
import { drawFolder } from '../data/drawnFolder.js';
import { temporaryFolder } from '../support.js';
import { executable } from './run.js';

const withoutScript = spawnSync('script', ['--version']).status === 0 ? false : 'script is not here';

test('Ctrl-C while a bar is drawn ends the process, and shows the cursor again', {
  skip: withoutScript,
}, async (t) => {
  const folder = await temporaryFolder(t);
  const { paths } = await drawFolder(join(folder, 'pictures'), [2, 2]);
  // Many names for the same pictures keep the command busy until the signal comes.
  for (let i = 0; i < 5000; i++)
    await symlink(paths[0]!, join(folder, 'pictures', 'class-0', `${i}-more.png`));
  const model = join(folder, 'model.safetensors');
  await writeConstantModel(model, ['class-0', 'class-1'], [0, 1]);
  const words = ['evaluate', '--data', join(folder, 'pictures'), '--model', model, '--device', 'wasm'];
  const command = [process.execPath, executable, ...words, '--batch-size', '16'].join("' '");
  const line = `'${command}' & sleep 3; kill -INT $!; wait $!`;
  const { status, stdout } = spawnSync(
    'script',
    ['-qec', `sh -c "${line.replaceAll('$', '\\$')}"`, '/dev/null'],
    {
      encoding: 'utf8',
      timeout: 30_000,
      env: { ...process.env, TERM: 'xterm' },
    },
  );
  assert.match(stdout, /Evaluating +\S*░/, 'a bar was drawn');
  assert.equal(status, 130, stdout);
  assert.ok(stdout.lastIndexOf('\u001b[?25h') > stdout.lastIndexOf('\u001b[?25l'), 'the cursor is shown');
});
