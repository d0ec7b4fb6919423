// The division of time, for recordings with a known result.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Activity, Span } from '../../dist/core/spans.js';
import { divide, type Recording, stretchesOf } from '../../dist/profile/division.js';

/** Wall-clock milliseconds, processor seconds. */
const at = (time: number, processor: number) => ({ time, processor });
const spanOf = (
  name: string,
  activity: Activity,
  begin: readonly [number, number],
  end: readonly [number, number],
): Span => ({ name, activity, begin: at(...begin), end: at(...end) });

const rounded = (numbers: object): object =>
  Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [
      name,
      typeof value === 'number' ? Number(value.toFixed(9)) : value,
    ]),
  );

test('the innermost span gives the activity, the outermost the phase; unused time is waiting', () => {
  const recording: Recording = {
    begin: at(1000, 0),
    end: at(10_500, 14),
    // In order of publication: inner spans first.
    spans: [
      spanOf('start', 'other', [1000, 0], [2000, 0.5]),
      spanOf('decode', 'decoding', [2000, 0.5], [4000, 4.5]),
      spanOf('forward', 'computing', [4500, 5], [6000, 8]),
      spanOf('events', 'files', [6000, 8], [6500, 8.25]),
      spanOf('report', 'other', [4500, 5], [7000, 9]),
      spanOf('decode', 'decoding', [8000, 10], [10_000, 13]),
    ],
    images: [],
  };
  const stretches = stretchesOf(recording);
  assert.equal(stretches[0]!.begin, 1000);
  assert.equal(stretches.at(-1)!.end, 10_500);
  for (const [i, { begin }] of stretches.slice(1).entries()) assert.equal(begin, stretches[i]!.end);

  const { division, phases } = divide(stretches, recording.images, 2);
  assert.deepEqual(rounded(division), {
    computing: 3,
    decoding: 7,
    files: 0.25,
    other: 0.5 + 0.75 + 0.5 + 1 + 1, // start, the rest of the report, and outside of spans
    waiting: 5,
  });
  assert.deepEqual(phases.map(rounded), [
    { name: 'decode', seconds: 4, busy: 7, waiting: 1 },
    { name: 'report', seconds: 2.5, busy: 4, waiting: 1 },
    { name: 'outside of these', seconds: 2, busy: 2.5, waiting: 1.5 },
    { name: 'start', seconds: 1, busy: 0.5, waiting: 1.5 },
  ]);
});

test('while images are decoded ahead, computing is counted with one core', () => {
  const recording: Recording = {
    begin: at(0, 0),
    end: at(4000, 7),
    spans: [
      spanOf('step', 'computing', [0, 0], [1000, 1.8]),
      spanOf('step', 'computing', [1000, 1.8], [2000, 3.8]),
      spanOf('decode', 'decoding', [2000, 3.8], [3000, 5.3]),
      spanOf('step', 'computing', [3000, 5.3], [4000, 7]),
    ],
    // During all of the first step, half of the second and none of the last; published late and per worker.
    images: [
      { worker: 2, begin: 900, decoded: 1000, end: 1250 },
      { worker: 1, begin: 0, decoded: 500, end: 1000 },
      { worker: 1, begin: 1000, decoded: 1100, end: 1200 },
      { worker: 2, begin: 1750, decoded: 1800, end: 2900 },
    ],
  };
  const { division } = divide(stretchesOf(recording), recording.images, 2);
  assert.deepEqual(rounded(division), {
    computing: 1 + (2 - 0.5) + 1.7,
    decoding: 0.8 + 0.5 + 1.5,
    files: 0,
    other: 0,
    waiting: 1,
  });
});

test('a recording without processor time is all waiting', () => {
  const recording: Recording = { begin: at(0, 3), end: at(500, 3), spans: [], images: [] };
  const { division } = divide(stretchesOf(recording), [], 4);
  assert.deepEqual(division, { computing: 0, decoding: 0, files: 0, other: 0, waiting: 2 });
});
