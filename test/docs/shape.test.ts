// The comparison of a document with the printed output finds differences, and only those.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shapeProblem } from './shape.js';
import { commandsIn } from './shownCommands.js';

const printed = [
  'Checking: 40%',
  '2 classes (Cat, Dog); 18 images',
  'Epoch 1/2: 12%  loss 0.7372',
  'Epoch 1/2  loss 0.5134  1 min 02 s  best',
  '',
  'Epoch 2/2  loss 0.1e-5  3.1 s',
  'done: models/2026-11-23-225648',
].join('\n');

test('numbers, blank lines, progress and omitted lines may differ', () => {
  for (const shown of [
    [
      '2 classes (Cat, Dog); 1800 images',
      'Epoch 1/2  loss 0.6  21.1 s',
      'Epoch 2/2  loss 0.2  9 s  best',
      'done: models/2025-01-01-000000',
    ],
    ['...', 'done: models/1-1-1-1'],
    ['2 classes  (Cat, Dog);   7 images', '...', 'Epoch 2/2  loss 0.1  3 s', '...'],
    ['...'],
  ]) {
    assert.equal(shapeProblem(shown, printed), undefined, shown.join('\n'));
  }
});

test('other words, missing lines and additional lines are found', () => {
  for (const shown of [
    ['...', 'done in models/1-1-1-1'],
    ['3 dogs', '...'],
    ['Epoch 1/2  loss 0.6  21.1 s', '...'],
    ['...', 'Epoch 2/2  loss 0.2  9 s'],
    ['...', '2 classes (Cat, Dog); 7 images', 'done: models/1-1-1-1'],
    ['...', 'Epoch 2/2  loss 0.2  9 s', '...', '2 classes (Cat, Dog); 7 images', '...'],
  ]) {
    assert.match(shapeProblem(shown, printed) ?? 'none', /^Shown, but not printed:/, shown.join('\n'));
  }
});

test('commands are the lines of sh blocks without comments, and lines after $ with their output', () => {
  const text =
    '```sh\nalexft setup   # once\n# all\nfind . | alexft predict -\n```\n```text\n$ a\n1\n$ b\n```\n' +
    '```text\nno command\n```\n```text\n$ npm start\n$ alexft train\n```\n';
  assert.deepEqual(commandsIn(text, 'X.md'), [
    { document: 'X.md', command: 'alexft setup', output: [] },
    { document: 'X.md', command: 'find . | alexft predict -', output: [] },
    { document: 'X.md', command: 'a', output: ['1'] },
    { document: 'X.md', command: 'b', output: [] },
    { document: 'X.md', command: 'npm start', output: ['$ alexft train'] },
  ]);
});
