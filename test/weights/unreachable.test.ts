// A server that can't be reached is not tried again for a day. Downloads are redirected to a server on this machine.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fetchWeights } from '../../dist/commands/models/weightsFetch.js';
import { exactWeights, resolveWeights } from '../../dist/weights/sources.js';
import { torchvisionFile, torchvisionPath } from '../../dist/weights/torchvision.js';
import { downloadWithRecord, recentFailure } from '../../dist/weights/unreachable.js';
import { setEnvironment, temporaryFolder, withoutShared } from '../support.js';
import { keepSharedFeatures } from './sharedFeatures.js';

const content = randomBytes(1000);
const sha256 = createHash('sha256').update(content).digest('hex');
const patience = { stall: 200, pause: 1, attempts: 3 };
const hour = 60 * 60 * 1000;

/** A server that answers with `status` and, if it is 200, with `content`. Counts the requests. */
async function serve(t: TestContext, status: number) {
  const server = { status, requests: 0, url: '' };
  const http = createServer((_, response) => {
    server.requests += 1;
    response.writeHead(server.status, server.status === 200 ? { 'content-length': content.length } : {});
    response.end(server.status === 200 ? content : 'no');
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    http.closeAllConnections();
    http.close();
  });
  server.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/weights.pth`;
  return server;
}

/** Uses empty caches, and the server instead of torchvision's. */
async function serveTorchvision(t: TestContext, status: number) {
  const server = await serve(t, status);
  const folder = await temporaryFolder(t);
  setEnvironment(t, {
    ALEXFT_CACHE: join(folder, 'cache'),
    TORCH_HOME: join(folder, 'torch'),
    ALEXFT_OFFLINE: '',
  });
  await mkdir(dirname(torchvisionPath()), { recursive: true });
  const realFetch = globalThis.fetch;
  t.mock.method(globalThis, 'fetch', (url: string, init: RequestInit) => {
    assert.equal(url, torchvisionFile.url);
    return realFetch(server.url, init);
  });
  const messages: string[] = [];
  const context = {
    offline: false,
    onMessage: (message: string) => messages.push(message),
    onProgress: () => {},
  };
  return { server, context, messages };
}

const skipped =
  /^https:\/\/download\.pytorch\.org\/\S+ could not be reached at \d{4}-\d\d-\d\d \d\d:\d\d UTC; not trying again until \d{4}-\d\d-\d\d \d\d:\d\d UTC\. To try again now: alexft weights fetch imagenet\./;

test('weights whose server could not be reached are requested again only by fetchWeights', async (t) => {
  const { server, context, messages } = await serveTorchvision(t, 503);
  await assert.rejects(exactWeights('imagenet', context), { message: /The server responded with 503/ });
  assert.equal(server.requests, 3);
  assert.match(messages.pop()!, /^Fetching the weights 'imagenet'/);

  await assert.rejects(exactWeights('imagenet', context), {
    exitCode: 3,
    message: skipped,
    hint: /Check the connection\. Or download https/,
  });
  assert.equal(server.requests, 3);
  assert.deepEqual(messages, []);

  await assert.rejects(fetchWeights(['imagenet'], context), { message: /The server responded with 503/ });
  assert.equal(server.requests, 6);
});

test('a training uses the cached convolutions without a request, and says why', {
  skip: withoutShared,
}, async (t) => {
  const { server, context, messages } = await serveTorchvision(t, 503);
  await keepSharedFeatures();
  const first = await resolveWeights('imagenet', context);
  assert.match(first.note!, /The server responded with 503 .*Using 'imagenet-features' instead/);
  const requests = server.requests;
  messages.length = 0;

  const { name, note } = await resolveWeights('imagenet', context);
  assert.equal(name, 'imagenet-features');
  assert.match(note!, skipped);
  assert.match(note!, /Using 'imagenet-features' instead/);
  assert.equal(server.requests, requests);
  assert.deepEqual(messages, []);
});

async function downloadFrom(t: TestContext, status: number) {
  const server = await serve(t, status);
  const path = join(await temporaryFolder(t), 'weights.pth');
  const file = { url: server.url, bytes: content.length, sha256 };
  const run = (changes: Partial<typeof file> = {}, signal?: AbortSignal) =>
    downloadWithRecord({ ...file, ...changes }, path, () => {}, signal, patience);
  return { server, path, run };
}

test('a success removes the record', async (t) => {
  const { server, path, run } = await downloadFrom(t, 503);
  const before = Date.now();
  await assert.rejects(run(), { name: 'UserError', message: /503/ });
  const { failedAt, retryAt } = (await recentFailure(path))!;
  assert.ok(failedAt.getTime() >= before && failedAt.getTime() <= Date.now());
  assert.equal(retryAt.getTime() - failedAt.getTime(), 24 * hour);

  server.status = 200;
  await run();
  assert.deepEqual(await readFile(path), content);
  assert.equal(await recentFailure(path), undefined);
  assert.deepEqual(await readdir(dirname(path)), ['weights.pth']);
});

test('a refused connection is recorded', async (t) => {
  const { path, run } = await downloadFrom(t, 200);
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  await assert.rejects(run({ url: `http://127.0.0.1:${port}/weights.pth` }), { message: /ECONNREFUSED/ });
  assert.ok(await recentFailure(path));
});

test('a wrong hash, a wrong size, a missing file and an abort are not recorded', async (t) => {
  const { server, path, run } = await downloadFrom(t, 200);
  await assert.rejects(run({ sha256: sha256.replace(/./g, '0') }), { message: /SHA-256/ });
  await assert.rejects(run({ bytes: 999 }), {
    message: /Expected a file of 999 bytes but the server has 1000/,
  });
  server.status = 404;
  await assert.rejects(run(), { message: /The server responded with 404/ });
  server.status = 503;
  const reason = new Error('Ctrl-C');
  await assert.rejects(run({}, AbortSignal.abort(reason)), reason);
  assert.equal(await recentFailure(path), undefined);
  assert.deepEqual(await readdir(dirname(path)), []);
});

test('a record counts for a day, and only if it is valid', async (t) => {
  const path = join(await temporaryFolder(t), 'weights.pth');
  const cases: [record: string, counts: boolean][] = [
    [new Date(Date.now() - 23 * hour).toISOString(), true],
    [new Date(Date.now() - 25 * hour).toISOString(), false],
    [new Date(Date.now() + hour).toISOString(), false],
    ['', false],
    ['yesterday', false],
  ];
  for (const [record, counts] of cases) {
    await writeFile(`${path}.unreachable`, record);
    assert.equal((await recentFailure(path)) !== undefined, counts, record);
  }
});
