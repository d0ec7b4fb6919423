import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { printable } from '../../dist/core/errors.js';
import { shellWord } from '../../dist/core/text.js';

const plain = ['data/photos', 'my photos', "it's", '$HOME `id` \\ "x"', '*', '', '-x', '#a', 'naïve', '~'];
/** Words that POSIX quoting can't write on one line. */
const hidden = ['line\nbreak', 'a\tb\u001b[31m', "\u001b[31mred'\\", "'\\\u202e", '\u202ex'];

test('shells parse quoted words as the original words, which contain no control characters', () => {
  for (const [shell, words] of [
    ['sh', plain],
    ['bash', [...plain, ...hidden]],
  ] as const) {
    const shown = words.map(shellWord);
    assert.deepEqual(shown.map(printable), shown);
    const { stdout, status } = spawnSync(shell, ['-c', `printf '%s\\0' ${shown.join(' ')}`], {
      encoding: 'utf8',
    });
    assert.equal(status, 0);
    assert.deepEqual(stdout.split('\0').slice(0, -1), words, shell);
  }
  assert.equal(shellWord('models/2026-11-25-170000'), 'models/2026-11-25-170000');
});
