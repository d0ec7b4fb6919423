import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { commandLine, shellWord } from '../../dist/options/commandLine.js';
import { trainOptions } from '../../dist/options/trainOptions.js';

test('a shell reads each word as it was meant', () => {
  const plain = ['data/photos', 'my photos', `it's`, '$HOME `id` \\ "x"', '*', '', '-x', '#a', 'naïve', '~'];
  const bash = ['line\nbreak', 'a\tb\u001b[31m', `'\\\u202e`];
  for (const [shell, words] of [
    ['sh', plain],
    ['bash', [...plain, ...bash]],
  ] as const) {
    const line = `printf '%s\\0' ${words.map(shellWord).join(' ')}`;
    const { stdout, status } = spawnSync(shell, ['-c', line], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    });
    assert.equal(status, 0);
    assert.deepEqual(stdout.split('\0').slice(0, -1), words, shell);
  }
});

test('options by their flags; switches that are off are left out', () => {
  const values = { data: 'my photos', keepCheckpoint: true, force: false, lr: 0.001, val: undefined };
  assert.equal(
    commandLine('train', [], trainOptions, values),
    `alexft train --data 'my photos' --keep-checkpoint --lr 0.001`,
  );
  assert.equal(commandLine('report', ["a'b"]), `alexft report 'a'\\''b'`);
});
