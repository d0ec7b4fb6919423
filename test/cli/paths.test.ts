// Words that can't be paths of this system are refused before a command uses them.

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { temporaryFolder } from '../support.js';
import { alexft } from './run.js';

const skip = process.platform === 'win32' && 'other paths';

test('a quoted ~, a URL and a Windows path get the hint that helps, and nothing is written', {
  skip,
}, async (t) => {
  const cwd = await temporaryFolder(t);
  const tilde = /The shell replaces ~ only outside of quotes/;
  for (const [words, message, hint] of [
    [['train', '--data', 'x', '--out', '~/runs'], /for --out but received '~\/runs'/, tilde],
    [['train', '--resume', '~/runs'], /for --resume/, tilde],
    [['report', '~/runs'], /for an argument/, tilde],
    [['predict', '--files-from', '~/list.txt'], /for --files-from/, tilde],
    [
      ['predict', 'x.jpg', '--weights', 'https://example.org/a.pth'],
      /for --weights/,
      /A URL: download it first/,
    ],
    [['weights', 'show', '~/m.pth'], /for an argument/, tilde],
    [
      ['evaluate', '--data', 'x', '--model', 'C:\\m'],
      /for --model but received 'C:\\\\?m'/,
      /A path of Windows/,
    ],
  ] as const) {
    const { code, stderr } = await alexft(words, { cwd });
    assert.equal(code, 2, stderr);
    assert.match(stderr, message);
    assert.match(stderr, hint);
  }
  assert.deepEqual(await readdir(cwd), []);
});
