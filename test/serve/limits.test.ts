// What the server refuses, and that it continues to serve others.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { colouredImage } from '../data/colouredFolder.js';
import { ask, png, predictFile, startServing } from './serving.js';

const connected = (url: string): Socket => connect(Number(new URL(url).port), '127.0.0.1');

test('too large: 413, with the length declared or not', async (t) => {
  const { url, paths } = await startServing(t, { maxBody: '10KB' });
  const body = new Uint8Array(10_001);
  const declared = await ask(`${url}/predict`, { method: 'POST', headers: png, body });
  assert.deepEqual([declared.status, declared.headers.get('Connection')], [413, 'close']);
  const stream = new Blob([body]).stream();
  const chunked = await ask(`${url}/predict`, {
    method: 'POST',
    headers: png,
    body: stream,
    duplex: 'half',
  } as RequestInit);
  assert.equal(chunked.status, 413);
  assert.equal((await predictFile(url, paths[0]!)).status, 200);
});

test('too many pixels: 422', async (t) => {
  const { url, paths } = await startServing(t, { maxPixels: 40 * 30 });
  assert.equal((await predictFile(url, paths[0]!)).status, 200);
  const body = new Uint8Array(await colouredImage(0.5, 1, 40, 31));
  const { status, body: answer } = await ask(`${url}/predict`, { method: 'POST', headers: png, body });
  assert.deepEqual([status, answer.error], [422, 'more than 1,200 pixels']);
});

test('other content types, damaged and empty forms, too many images', async (t) => {
  const { url, paths } = await startServing(t, { maxQueue: 2 });
  const body = new Uint8Array(await readFile(paths[0]!));
  const post = async (type: string, content: string | Uint8Array<ArrayBuffer>) =>
    (await ask(`${url}/predict`, { method: 'POST', headers: { 'Content-Type': type }, body: content }))
      .status;
  assert.equal(await post('application/octet-stream', body), 200);
  assert.equal(await post('application/x-www-form-urlencoded', body), 415);
  assert.equal(await post('multipart/form-data; boundary=x', body), 400);
  assert.equal(await post('multipart/form-data; boundary=x', '--x--\r\n'), 400);
  assert.equal(await post('image/png', ''), 422);
  const form = new FormData();
  for (let i = 0; i < 3; i++) form.append('image', new Blob([body]));
  assert.equal((await ask(`${url}/predict`, { method: 'POST', body: form })).status, 413);
});

test('a full queue: 503 with Retry-After', async (t) => {
  const { url, paths } = await startServing(t, { maxBatch: 1, maxQueue: 2 });
  const answers = await Promise.all(Array.from({ length: 20 }, () => predictFile(url, paths[0]!)));
  const refused = answers.filter(({ status }) => status === 503);
  assert.ok(refused.length > 0 && refused.length < 20, `${refused.length} refused`);
  for (const { headers } of refused) assert.equal(headers.get('Retry-After'), '1');
  assert.ok(answers.every(({ status }) => status === 200 || status === 503));
});

test('slow senders are cut off with 408, and do not slow down others', async (t) => {
  const { url, paths } = await startServing(t, { timeout: 2 });
  const heads = [
    'POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 1000\r\n\r\nabc',
    'POST /predict HTTP/1.1\r\nHost: loc',
    '',
  ];
  const begin = performance.now();
  const slow = heads.map(async (head) => {
    const socket = connected(url);
    socket.write(head);
    const drops = setInterval(() => socket.write('x'), 100);
    socket.on('error', () => {});
    socket.on('close', () => clearInterval(drops));
    return [await text(socket).catch(() => 'reset'), performance.now() - begin] as const;
  });
  for (let i = 0; i < 5; i++) assert.equal((await predictFile(url, paths[0]!)).status, 200);
  assert.ok(performance.now() - begin < 2000, 'others waited for the slow ones');
  for (const [answer, milliseconds] of await Promise.all(slow)) {
    assert.match(answer, /^(HTTP\/1\.1 4\d\d|reset|$)/);
    assert.ok(milliseconds < 5000, `${milliseconds} ms`);
  }
});

test('a client that leaves while it waits', async (t) => {
  const { url, paths } = await startServing(t, { maxBatch: 1 });
  const body = new Uint8Array(await readFile(paths[0]!));
  const left = Array.from({ length: 10 }, async () => {
    const signal = AbortSignal.timeout(5);
    await fetch(`${url}/predict`, { method: 'POST', headers: png, body, signal }).catch(() => {});
  });
  await Promise.all(left);
  assert.equal((await predictFile(url, paths[1]!)).status, 200);
  assert.match(await (await fetch(`${url}/metrics`)).text(), /^alexft_queue_images 0$/m);
});
