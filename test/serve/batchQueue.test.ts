import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { BatchQueue } from '../../dist/serve/batchQueue.js';
import { Unavailable } from '../../dist/serve/engineProcess.js';
import type { EngineImage } from '../../dist/serve/messages.js';

const image = (value: number): EngineImage => ({ bytes: Uint8Array.of(value), explain: false });
const forever = new AbortController().signal;

/** A queue whose batches end when `finish` is called; they are answered with the images' values. */
function heldQueue(limits: { maxBatch: number; maxWait: number; maxQueue: number }) {
  const batches: number[][] = [];
  const open: (() => void)[] = [];
  const queue = new BatchQueue(async (images) => {
    const values = images.map(({ bytes }) => bytes[0]!);
    batches.push(values);
    await new Promise<void>((resolve) => open.push(resolve));
    if (values.includes(99)) throw new Unavailable('ended');
    return values.map((value) => ({ error: String(value) }));
  }, limits);
  return { queue, batches, finish: () => open.shift()!() };
}

test('images that arrive while a batch is computed form the next one; answers are in order', async () => {
  const { queue, batches, finish } = heldQueue({ maxBatch: 3, maxWait: 20, maxQueue: 10 });
  const first = queue.predict([image(1)], forever);
  await sleep(40);
  const others = [queue.predict([image(2), image(3)], forever), queue.predict([image(4), image(5)], forever)];
  assert.equal(queue.length, 4);
  finish();
  assert.deepEqual(await first, [{ error: '1' }]);
  await sleep(40);
  finish();
  await sleep(40);
  finish();
  assert.deepEqual(await others[0], [{ error: '2' }, { error: '3' }]);
  assert.deepEqual(await others[1], [{ error: '4' }, { error: '5' }]);
  assert.deepEqual(batches, [[1], [2, 3, 4], [5]]);
  assert.deepEqual([queue.length, queue.batches], [0, 3]);
});

test('a full batch does not wait for maxWait', async () => {
  const { queue, batches, finish } = heldQueue({ maxBatch: 2, maxWait: 60_000, maxQueue: 10 });
  const answers = [queue.predict([image(1)], forever), queue.predict([image(2)], forever)];
  await sleep(0);
  assert.deepEqual(batches, [[1, 2]]);
  finish();
  await Promise.all(answers);
});

test('beyond maxQueue nothing is accepted; aborted images leave', async () => {
  const { queue, batches, finish } = heldQueue({ maxBatch: 1, maxWait: 0, maxQueue: 2 });
  const first = queue.predict([image(1)], forever);
  await sleep(10);
  const leaving = new AbortController();
  const left = queue.predict([image(2), image(3)], leaving.signal);
  await assert.rejects(queue.predict([image(4)], forever), Unavailable);
  leaving.abort(new Error('left'));
  await assert.rejects(left, /left/);
  assert.equal(queue.length, 0);
  const last = queue.predict([image(5)], forever);
  finish();
  await first;
  await sleep(10);
  finish();
  await last;
  assert.deepEqual(batches, [[1], [5]]);
});

test('an engine that ends fails its batch, not the next one', async () => {
  const { queue, finish } = heldQueue({ maxBatch: 1, maxWait: 0, maxQueue: 9 });
  const failed = queue.predict([image(99)], forever);
  const next = queue.predict([image(1)], forever);
  await sleep(10);
  finish();
  await assert.rejects(failed, Unavailable);
  await sleep(10);
  finish();
  assert.deepEqual(await next, [{ error: '1' }]);
});
