// The line of a bar at every width, and its words where there is no terminal.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { amount, clock, rateOf } from '../../dist/cli/amounts.js';
import { barLine, plainProgress } from '../../dist/cli/barLine.js';
import { columnsOf } from '../../dist/cli/columns.js';
import { Phase } from '../../dist/cli/phase.js';

const epoch = {
  label: 'Epoch 3/5',
  done: 8,
  total: 15,
  unit: 'steps',
  rate: 1.254,
  note: 'loss 0.2127',
} as const;
const scan = { label: 'Scanning', done: 12_345, total: 0, unit: 'files', rate: 8210, note: '' } as const;
const download = {
  label: 'Fetching alexnet-owt-7be5be79.pth',
  done: 52.4e6,
  total: 244e6,
  unit: 'bytes',
  rate: 12.3e6,
  note: '',
} as const;
const slow = { ...epoch, label: 'Epoch 100/100', total: 1500, rate: 0.0254 };

test('at 200 columns all is shown; at 60 rate, time left and loss still are', () => {
  assert.equal(
    barLine(epoch, 200, true),
    `Epoch 3/5    ${'█'.repeat(21)}${'░'.repeat(19)}  53%  8 of 15 steps  1.25 steps/s  0:06 left  loss 0.2127`,
  );
  assert.equal(
    barLine(epoch, 80, true),
    'Epoch 3/5    ████████████░░░░░░░░░░░  53%  1.25 steps/s  0:06 left  loss 0.2127',
  );
  assert.equal(barLine(epoch, 60, true), 'Epoch 3/5 ███░░░  53%  1.25 steps/s  0:06 left  loss 0.2127');
  assert.equal(barLine(epoch, 60, false), 'Epoch 3/5 ###---  53%  1.25 steps/s  0:06 left  loss 0.2127');
  assert.equal(barLine(epoch, 40, true), 'Epoch 3/5 ██████░░░░░░░  53%  0:06 left');
  assert.equal(barLine(scan, 60, true), 'Scanning      12,345 files  8,210 files/s');
});

test('a bar is less wide than its terminal, whatever it tells and however narrow that is', () => {
  const wide = { ...epoch, label: '猫'.repeat(30) };
  for (const state of [epoch, scan, download, slow, wide]) {
    for (let columns = 1; columns <= 130; columns++) {
      for (const unicode of [true, false]) {
        const line = barLine(state, columns, unicode);
        assert.ok(columnsOf(line) < Math.max(columns, 1) || line === '', `${columns}: '${line}'`);
      }
    }
  }
});

test('facts leave a bar in one order as it narrows, and do not come back', () => {
  const facts = ['8 of 15 steps', 'loss', 'steps/s', 'left', '█', '%'];
  let before = facts;
  for (let columns = 220; columns > 4; columns--) {
    const line = barLine(epoch, columns, true);
    const shown = facts.filter((fact) => line.includes(fact));
    assert.deepEqual(shown, facts.slice(facts.length - shown.length), `${columns}: '${line}'`);
    assert.ok(shown.length <= before.length, `${columns}: '${line}'`);
    before = shown;
  }
});

test('without a terminal the same facts are words', () => {
  assert.equal(plainProgress(epoch), 'Epoch 3/5: 53%, 8 of 15 steps, 1.25 steps/s, 0:06 left, loss 0.2127');
  assert.equal(plainProgress(scan), 'Scanning: 12,345 files, 8,210 files/s');
  assert.equal(
    plainProgress(download),
    'Fetching alexnet-owt-7be5be79.pth: 21%, 52.4 of 244 MB, 12.3 MB/s, 0:16 left',
  );
});

test('amounts and times', () => {
  assert.deepEqual([0.2, 7, 245, 11_109].map(clock), ['0:01', '0:07', '4:05', '3:05:09']);
  assert.equal(amount(999, 1234, 'bytes'), '1.00 of 1.23 kB');
  assert.equal(amount(0, 0, 'files'), '0 files');
  assert.deepEqual(
    [0.0254, 0.5, 9.996, 99.96, 14_882].map((rate) => rateOf(rate, 'steps')),
    ['0.025 steps/s', '0.50 steps/s', '10.0 steps/s', '100 steps/s', '14,882 steps/s'],
  );
});

test('a phase that begins in the middle is measured by what it did itself; another total is another phase', () => {
  const phase = new Phase('Epoch 3/5', 'steps', 7, 15, 100);
  phase.update(100.2, 8, 15, '');
  assert.equal(phase.state.rate, undefined, 'too early to tell');
  phase.update(104, 9, 15, 'loss 0.5');
  assert.equal(phase.state.rate, 0.5);
  assert.match(plainProgress(phase.state), /0:12 left/); // six steps at half a step a second
  assert.ok(phase.continuesWith(10, 15));
  assert.ok(!phase.continuesWith(1, 15), 'it went back');
  assert.ok(!phase.continuesWith(10, 20), 'another total');
});
