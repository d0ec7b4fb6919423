// What a terminal is taken for, and text in its columns.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capabilitiesOf } from '../../dist/cli/capabilities.js';
import { columnsOf, padEnd, shortened, wrapped } from '../../dist/cli/columns.js';
import { evaluationLines } from '../../dist/cli/evaluateCommand.js';

const terminal = { isTTY: true, columns: 90 };
const of = (env: Record<string, string>, stream: object = terminal) => {
  const { draws, colours, unicode } = capabilitiesOf(
    stream,
    { LANG: 'C.UTF-8', TERM: 'xterm', ...env },
    'linux',
  );
  return { draws, colours, unicode };
};
const all = { draws: true, colours: true, unicode: true };

test('NO_COLOR, FORCE_COLOR, TERM=dumb, and no terminal', () => {
  assert.deepEqual(of({}), all);
  assert.deepEqual(of({ NO_COLOR: '1' }), { ...all, colours: false });
  assert.deepEqual(of({ NO_COLOR: '' }), all); // as no-color.org has it
  assert.deepEqual(of({ TERM: 'dumb' }), { draws: false, colours: false, unicode: false });
  assert.deepEqual(of({}, {}), { draws: false, colours: false, unicode: true });
  assert.deepEqual(of({ FORCE_COLOR: '1' }, {}), { draws: false, colours: true, unicode: true });
  assert.deepEqual(of({ FORCE_COLOR: '0' }), { ...all, colours: false });
  assert.deepEqual(of({ FORCE_COLOR: '1', NO_COLOR: '1' }), all);
});

test('the locale decides on blocks; its variables count in their order', () => {
  assert.equal(of({ LANG: 'C' }).unicode, false);
  assert.equal(of({ LANG: '' }).unicode, false);
  assert.equal(of({ LC_ALL: 'POSIX' }).unicode, false);
  assert.equal(of({ LANG: 'C', LC_CTYPE: 'en_US.utf8' }).unicode, true);
  assert.equal(of({ TERM: 'linux' }).unicode, false);
  assert.equal(capabilitiesOf(terminal, {}, 'win32').unicode, true);
});

test('the width is asked for each time; without a terminal nothing is too wide', () => {
  const stream = { isTTY: true, columns: 90 };
  const { columns } = capabilitiesOf(stream, {});
  assert.equal(columns(), 90);
  stream.columns = 60;
  assert.equal(columns(), 60);
  stream.columns = 0;
  assert.equal(columns(), 80);
  assert.equal(capabilitiesOf({}, {}).columns(), Number.POSITIVE_INFINITY);
});

test('text is measured in columns', () => {
  assert.equal(columnsOf('猫の写真'), 8);
  assert.equal(padEnd('猫', 4), '猫  ');
  assert.equal(shortened('猫のとても長い名前', 9), '猫のと..');
  assert.equal(shortened('cats', 4), 'cats');
  assert.equal(shortened('cats', 1), '.');
});

test('text is broken between words; a command at its end stays in one piece', () => {
  const text = '2 classes (Cat, Dog); 1800 images to train on, 200 to validate on';
  assert.deepEqual(wrapped(text, 60), [
    '2 classes (Cat, Dog); 1800 images to train on, 200 to',
    'validate on',
  ]);
  assert.deepEqual(wrapped(text, 200), [text]);
  assert.deepEqual(wrapped('To go on: alexft train --resume models/a-name that-has-blanks', 30), [
    'To go on:',
    'alexft train --resume models/a-name that-has-blanks',
  ]);
  assert.deepEqual(wrapped('猫の写真 猫の写真 猫の写真', 20), ['猫の写真 猫の写真', '猫の写真']);
  assert.deepEqual(wrapped('one two three four five six', 20, '  - '), [
    '  - one two three four',
    '    five six',
  ]);
});

test('tables stand in columns with wide names, and go into a narrow terminal', () => {
  const classes = ['猫の写真', 'a-very-long-name-that-a-folder-of-images-of-dogs-has'];
  const metrics = { images: 2, precision: 1, recall: 0.5, f1: 2 / 3 };
  const evaluation = {
    images: 4,
    skipped: 0,
    accuracy: 0.5,
    loss: 1,
    classes,
    perClass: Object.fromEntries(classes.map((name) => [name, metrics])),
    confusion: [
      [1, 1],
      [1, 1],
    ],
  };
  for (const columns of [60, 200]) {
    const [, , ...table] = evaluationLines(evaluation, columns);
    const widths = new Set(table.filter(Boolean).map(columnsOf));
    assert.equal(widths.size, 2, table.join('\n')); // of two tables
    assert.ok(Math.max(...widths) <= columns);
  }
  const many = { ...evaluation, classes: Array.from({ length: 10 }, () => classes[0]!) };
  assert.match(evaluationLines(many, 60).at(-1)!, /does not go into this terminal/);
});
