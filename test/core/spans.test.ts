import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as later } from 'node:timers/promises';
import {
  type ImageSpan,
  imagesAreTimed,
  listenToSpans,
  type Span,
  span,
  tellImages,
} from '../../dist/core/spans.js';

function listen() {
  const spans: Span[] = [];
  const images: ImageSpan[] = [];
  const stop = listenToSpans(
    (span) => spans.push(span),
    (image) => images.push(image),
  );
  return { spans, images, stop };
}

const busyFor = (milliseconds: number) => {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
  return milliseconds;
};

test('publishes wall and CPU time of work, and passes on its result or error', async () => {
  const { spans, stop } = listen();
  assert.equal(
    span('outer', 'computing', () => span('inner', 'files', () => busyFor(100))),
    100,
  );
  assert.equal(await span('later', 'other', () => later(100, 'value')), 'value');
  const failure = new Error('failed');
  const fails = () => {
    throw failure;
  };
  assert.throws(() => span('throws', 'other', fails), failure);
  await assert.rejects(
    span('rejects', 'other', async () => fails()),
    failure,
  );
  stop();
  span('unsubscribed', 'other', () => {});
  assert.deepEqual(
    spans.map(({ name, activity }) => [name, activity]),
    [
      ['inner', 'files'],
      ['outer', 'computing'],
      ['later', 'other'],
      ['throws', 'other'],
      ['rejects', 'other'],
    ],
  );
  const [inner, outer, slept] = spans as [Span, Span, Span];
  assert.ok(outer.begin.time <= inner.begin.time && inner.end.time <= outer.end.time);
  const times = ({ begin, end }: Span) => [end.time - begin.time, (end.processor - begin.processor) * 1e3];
  const [worked, used] = times(outer) as [number, number];
  assert.ok(worked >= 100 && worked < 2000, `${worked} ms`);
  // Lenient: other processes may use the core, and other threads of this process may run.
  assert.ok(used > 20 && used < 2000, `${used} ms of CPU time`);
  const [waited, unused] = times(slept) as [number, number];
  assert.ok(waited >= 99, `${waited} ms`);
  assert.ok(unused < 90, `${unused} ms of CPU time while sleeping`);
});

test('publishes images only to subscribers', () => {
  assert.equal(imagesAreTimed(), false);
  const { images, stop } = listen();
  assert.equal(imagesAreTimed(), true);
  tellImages(2, [1, 2, 3, 4, 5, 6]);
  stop();
  assert.equal(imagesAreTimed(), false);
  assert.deepEqual(images, [
    { worker: 2, begin: 1, decoded: 2, end: 3 },
    { worker: 2, begin: 4, decoded: 5, end: 6 },
  ]);
});
