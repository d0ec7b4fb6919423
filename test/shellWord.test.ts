import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { printable } from '../dist/errors.js';
import { shellWord } from '../dist/shellWord.js';

const words = [
  'plain',
  'a b',
  "it's",
  '$HOME `id` "x" \\',
  '*',
  '',
  'ü',
  'line\nbreak',
  "\u001b[31mred'\\",
  '\u202ex',
  '~',
];

test('a shell takes the words for what they were; nothing in them moves a cursor', () => {
  for (const word of words) {
    const shown = shellWord(word);
    assert.equal(printable(shown), shown);
    assert.equal(execFileSync('bash', ['-c', `printf %s ${shown}`], { encoding: 'utf8' }), word);
  }
  assert.equal(shellWord('models/2026-11-25-170000'), 'models/2026-11-25-170000');
});
