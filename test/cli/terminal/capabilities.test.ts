// The detected capabilities of a terminal, and text in its columns.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluationLines } from '../../../dist/cli/commands/evaluateCommand.js';
import { capabilitiesOf } from '../../../dist/cli/terminal/capabilities.js';
import { columnsOf, padEnd, truncate, wrap } from '../../../dist/cli/terminal/columns.js';

const terminal = { isTTY: true, columns: 90 };
const of = (env: Record<string, string>, stream: object = terminal) => {
  const { interactive, colors, unicode } = capabilitiesOf(
    stream,
    { LANG: 'C.UTF-8', TERM: 'xterm', ...env },
    'linux',
  );
  return { interactive, colors, unicode };
};
const all = { interactive: true, colors: true, unicode: true };

test('NO_COLOR, FORCE_COLOR, TERM=dumb, and no terminal', () => {
  assert.deepEqual(of({}), all);
  assert.deepEqual(of({ NO_COLOR: '1' }), { ...all, colors: false });
  assert.deepEqual(of({ NO_COLOR: '' }), all); // as no-color.org specifies
  assert.deepEqual(of({ TERM: 'dumb' }), { interactive: false, colors: false, unicode: false });
  assert.deepEqual(of({}, {}), { interactive: false, colors: false, unicode: true });
  assert.deepEqual(of({ FORCE_COLOR: '1' }, {}), { interactive: false, colors: true, unicode: true });
  assert.deepEqual(of({ FORCE_COLOR: '0' }), { ...all, colors: false });
  assert.deepEqual(of({ FORCE_COLOR: '1', NO_COLOR: '1' }), all);
});

test('Unicode depends on the locale variables, in their order', () => {
  assert.equal(of({ LANG: 'C' }).unicode, false);
  assert.equal(of({ LANG: '' }).unicode, false);
  assert.equal(of({ LC_ALL: 'POSIX' }).unicode, false);
  assert.equal(of({ LANG: 'C', LC_CTYPE: 'en_US.utf8' }).unicode, true);
  assert.equal(of({ TERM: 'linux' }).unicode, false);
  assert.equal(capabilitiesOf(terminal, {}, 'win32').unicode, true);
});

test('the width is read each time; without a terminal it is unlimited', () => {
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
  assert.equal(truncate('猫のとても長い名前', 9), '猫のと..');
  assert.equal(truncate('cats', 4), 'cats');
  assert.equal(truncate('cats', 1), '.');
});

test('text is wrapped between words; a command at its end is not', () => {
  const text = '2 classes (Cat, Dog); 1800 training images, 200 validation images';
  assert.deepEqual(wrap(text, 60), ['2 classes (Cat, Dog); 1800 training images, 200 validation', 'images']);
  assert.deepEqual(wrap(text, 200), [text]);
  assert.deepEqual(wrap('To resume: alexft train --resume models/a-name that-has-blanks', 30), [
    'To resume:',
    'alexft train --resume models/a-name that-has-blanks',
  ]);
  assert.deepEqual(wrap('猫の写真 猫の写真 猫の写真', 20), ['猫の写真 猫の写真', '猫の写真']);
  assert.deepEqual(wrap('one two three four five six', 20, '  - '), [
    '  - one two three four',
    '    five six',
  ]);
});

test('tables have aligned columns with wide names and fit a narrow terminal', () => {
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
    const [, , ...tables] = evaluationLines(evaluation, columns);
    const widths = tables.map(columnsOf);
    assert.deepEqual(widths, [widths[0], widths[0], widths[0], 0, widths[4], widths[4], widths[4]]);
    assert.ok(Math.max(...widths) <= columns);
  }
  const many = { ...evaluation, classes: Array.from({ length: 10 }, () => classes[0]!) };
  assert.match(evaluationLines(many, 60).at(-1)!, /does not fit this terminal/);
});
