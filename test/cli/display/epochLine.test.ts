// The line of an epoch and the curves at every width of the terminal.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochLine } from '../../../dist/cli/display/epochLine.js';
import { trainingCurves } from '../../../dist/cli/display/trainingCurves.js';
import { columnsOf } from '../../../dist/cli/terminal/columns.js';
import { painted, plain } from '../../../dist/cli/terminal/output.js';
import type { EpochEvent } from '../../../dist/training/events.js';

/** The training in the README. */
const measured: EpochEvent[] = [
  [0.5134, 0.7589, 0.1601, 0.95, 21.1, true] as const,
  [0.1359, 0.9483, 0.1389, 0.945, 13.2, false] as const,
  [0.1014, 0.9583, 0.1832, 0.94, 9.2, false] as const,
  [0.077, 0.97, 0.1446, 0.96, 6.4, true] as const,
  [0.0696, 0.9761, 0.1584, 0.955, 5.1, false] as const,
].map(([loss, accuracy, valLoss, valAccuracy, seconds, best], index) => ({
  event: 'epoch',
  epoch: index + 1,
  ...{ loss, accuracy, valLoss, valAccuracy, seconds, best },
}));
const [first] = measured as [EpochEvent];

test('the same figures at 200, 80 and 60 columns, in shorter words', () => {
  const line = (columns: number, epochs = 5) => plain(epochLine(first, epochs, columns));
  const whole =
    'Epoch 1/5  loss 0.5134  accuracy 0.7589  validation loss 0.1601  accuracy 0.9500  21.1 s  best';
  assert.equal(line(Number.POSITIVE_INFINITY), whole);
  assert.equal(line(200), whole);
  assert.equal(line(80), 'Epoch 1/5  loss 0.5134  acc 0.7589  val loss 0.1601  acc 0.9500  21.1 s  best');
  assert.equal(line(60), 'Epoch 1/5  loss 0.513 acc 0.759  val 0.160 0.950  0:22  best');
  assert.equal(line(60, 90), ' 1/90  loss 0.513 acc 0.759  val 0.160 0.950  0:22  best');
  assert.equal(line(40), '1/5  loss 0.513 0.759  val 0.160 0.950  0:22  best'); // the shortest form
});

test('a line fits 60 columns and more, also in a long training, and has the same form with and without best', () => {
  for (const epochs of [5, 90, 1000]) {
    for (const seconds of [0.04, 21.14, 3599, 7000]) {
      for (let columns = 60; columns < 130; columns++) {
        const [best, other] = [true, false].map((best) =>
          plain(epochLine({ ...first, epoch: epochs, seconds, best }, epochs, columns)),
        );
        assert.ok(columnsOf(best!) <= columns, `${columns}: ${best}`);
        assert.equal(best, `${other}  best`);
      }
    }
  }
});

test('without validation there are no validation figures', () => {
  const { valLoss: _loss, valAccuracy: _accuracy, ...others } = first;
  assert.equal(plain(epochLine(others, 5, 200)), 'Epoch 1/5  loss 0.5134  accuracy 0.7589  21.1 s  best');
});

test('best is a word with a color; escape sequences in the text are made visible', () => {
  const line = epochLine(first, 5, 200);
  assert.ok(painted(line, true).endsWith('  \u001b[32mbest\u001b[39m'));
  assert.match(painted(line, false), / {2}best$/);
  assert.equal(painted([{ text: 'a\u001b[2Jb', style: 'red' }], true), '\u001b[31ma\\u{1b}[2Jb\u001b[39m');
});

test('curves are side by side or stacked, and narrower than the terminal', () => {
  for (let columns = 39; columns <= 130; columns++) {
    for (const unicode of [true, false]) {
      const lines = trainingCurves(measured, columns, unicode);
      assert.ok(lines.length > 0 && lines.every((line) => columnsOf(line) < columns), `${columns}`);
      if (!unicode) assert.match(lines.join('\n'), /^[\x20-\x7e\n]*$/);
    }
  }
  assert.equal(trainingCurves(measured, 60, true).length, 2 * 9 + 1);
  assert.equal(trainingCurves(measured, 200, true).length, 9 + 1);
});

test('a curve begins and ends at its figures', () => {
  const lines = trainingCurves(measured, 80, false);
  const [title, ...rows] = lines;
  assert.match(title!, /^ {7}loss {2,}accuracy$/);
  // The training loss falls from the maximum to the minimum, the accuracy rises.
  assert.match(rows[0]!, /^0\.513 \+\. .* 0\.976 \+ .*$/);
  assert.match(rows[5]!, /^0\.070 \+ {4,}.*\. +0\.759 \+\./);
  assert.match(rows[7]!, /^ {7}1 +5 +1 +5$/);
  assert.equal(lines.at(-1), '(.. training, ** validation, by epoch)');
});

test('many epochs, constant figures and a later start have curves; too few epochs have none', () => {
  const many = Array.from({ length: 1000 }, (_, index) => ({
    ...first,
    epoch: index + 1,
    loss: 1 / (index + 1),
  }));
  assert.match(trainingCurves(many, 60, true).join('\n'), /^ {7}1 +1000$/m);
  const later = measured.slice(2);
  assert.match(trainingCurves(later, 60, true).join('\n'), /^ {7}3 +5$/m);
  assert.equal(trainingCurves([first, first, first], 60, true).length, 19);
  assert.deepEqual(trainingCurves(measured.slice(0, 2), 60, true), []);
  assert.deepEqual(trainingCurves(measured, 38, true), [], 'no room');
});
