import assert from 'node:assert/strict';
import { test } from 'node:test';
import { saveSchedule } from '../../../dist/run/recording/saveSchedule.js';
import type { LoopEvent } from '../../../dist/training/events.js';

const step = (number: number): LoopEvent => ({ event: 'step', epoch: 1, step: number, loss: 1 });
const epoch: LoopEvent = { event: 'epoch', epoch: 1, loss: 1, accuracy: 1, seconds: 1, best: true };
const skipped: LoopEvent = { event: 'skipped', file: 'x', reason: 'y' };

function withClock(every: string, bytes = 1e9) {
  let time = 1000;
  const schedule = saveSchedule(every, bytes, () => time);
  return { schedule, wait: (milliseconds: number) => (time += milliseconds) };
}

test('epoch and a number of steps', () => {
  const each = withClock('epoch').schedule;
  assert.deepEqual([each.due(step(1)), each.due(epoch), each.due(skipped)], [false, true, false]);
  const third = withClock('3').schedule;
  assert.deepEqual(
    [1, 2, 3, 6, 7].map((number) => third.due(step(number))),
    [false, false, true, true, false],
  );
  assert.equal(third.due(epoch), false);
});

test('a time counts from the end of the last save', () => {
  const { schedule, wait } = withClock('90s');
  wait(89_999);
  assert.equal(schedule.due(step(1)), false);
  wait(1);
  assert.deepEqual([schedule.due(step(1)), schedule.due(epoch), schedule.due(skipped)], [true, true, false]);
  schedule.saved(5000);
  wait(89_999);
  assert.equal(schedule.due(epoch), false);
});

test('auto: at most one part in 20 of the time, by what the last save took', () => {
  const { schedule, wait } = withClock('auto', 1e9); // assumed: 2 s
  wait(39_999);
  assert.equal(schedule.due(epoch), false);
  wait(1);
  assert.deepEqual([schedule.due(step(9)), schedule.due(skipped)], [true, false]);
  schedule.saved(500);
  wait(9_999);
  assert.equal(schedule.due(step(10)), false);
  wait(1);
  assert.equal(schedule.due(epoch), true);
});
