// What a terminal is taken for, and text in its columns.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capabilitiesOf } from '../../dist/cli/capabilities.js';
import { columnsOf, padEnd, shortened, wrapped } from '../../dist/cli/columns.js';

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
  const text = '2 classes (Cat, Dog); 1800 pictures to train on, 200 to validate on';
  assert.deepEqual(wrapped(text, 60), [
    '2 classes (Cat, Dog); 1800 pictures to train on, 200 to',
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
