// The progress line at every width, its words without a terminal, and the rates of phases.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barLine, clock, plainProgress } from '../../../dist/cli/terminal/bar.js';
import { columnsOf } from '../../../dist/cli/terminal/columns.js';
import { PhaseTracker } from '../../../dist/cli/terminal/phases.js';

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

test('at 200 columns everything is shown; at 60 the rate, the time left and the loss still are', () => {
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

test('a bar is narrower than its terminal at every width', () => {
  const wide = { ...epoch, label: '猫'.repeat(30) };
  for (const phase of [epoch, scan, download, slow, wide]) {
    for (let columns = 1; columns <= 130; columns++) {
      for (const unicode of [true, false]) {
        const line = barLine(phase, columns, unicode);
        assert.ok(columnsOf(line) < columns || line === '', `${columns}: '${line}'`);
      }
    }
  }
});

test('a narrowing bar drops its parts in one order and does not show them again', () => {
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

test('without a terminal the same facts are in words', () => {
  assert.equal(plainProgress(epoch), 'Epoch 3/5: 53%, 8 of 15 steps, 1.25 steps/s, 0:06 left, loss 0.2127');
  assert.equal(plainProgress(scan), 'Scanning: 12,345 files, 8,210 files/s');
  assert.equal(
    plainProgress(download),
    'Fetching alexnet-owt-7be5be79.pth: 21%, 52.4 of 244 MB, 12.3 MB/s, 0:16 left',
  );
});

test('amounts, rates and times', () => {
  assert.deepEqual([0.2, 7, 245, 11_109].map(clock), ['0:01', '0:07', '4:05', '3:05:09']);
  const none = { label: 'x', note: '', rate: undefined } as const;
  assert.equal(plainProgress({ ...none, done: 999, total: 1234, unit: 'bytes' }), 'x: 80%, 0.999 of 1.23 kB');
  assert.equal(plainProgress({ ...none, done: 0, total: 0, unit: 'files' }), 'x: 0 files');
  assert.deepEqual(
    [0.0254, 0.5, 9.996, 99.96, 14_882].map(
      (rate) => plainProgress({ ...none, done: 1, total: 0, unit: 'steps', rate }).split(', ')[1],
    ),
    ['0.0254 steps/s', '0.500 steps/s', '10.0 steps/s', '100 steps/s', '14,882 steps/s'],
  );
});

test('the rate of a phase excludes what was done before; a smaller count or another total starts a new phase', () => {
  let now = 100;
  const tracker = new PhaseTracker(() => now);
  const report = (done: number, total = 15) => tracker.report('Epoch 3/5', done, total, 'steps', '');
  tracker.begin('Epoch 3/5', 7, 15, 'steps');
  now = 100.2;
  assert.equal(report(8), undefined, 'it may end within a moment');
  now = 104;
  assert.equal(report(9)?.rate, 0.5);
  assert.match(plainProgress(report(9)!), /0:12 left/); // six steps at 0.5 steps/s
  now = 105;
  assert.equal(report(1)?.rate, undefined, 'the count went back');
  now = 107;
  assert.equal(report(3)?.rate, 1);
  assert.equal(report(4, 20)?.rate, undefined, 'another total');
});

test('alternating phases keep their clocks; a phase is shown after 0.3 s, or at once after a wait', () => {
  let now = 0;
  const tracker = new PhaseTracker(() => now);
  const features = (done: number) => tracker.report('Features', done, 100, 'images', '');
  const steps = (done: number) => tracker.report('Epoch 1/1', done, 10, 'steps', '');
  now = 0.1;
  assert.equal(features(10), undefined);
  now = 0.5;
  assert.ok(steps(1), 'nothing was reported for 0.4 s');
  now = 0.6;
  assert.ok(features(20), '0.5 s after its first report');
  now = 2.1;
  assert.equal(features(60)?.rate, 25);
  tracker.interrupt();
  assert.equal(tracker.report('Other', 1, 2, 'files', ''), undefined);
});
