// Downloads from a local server, with failures of servers and networks.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { download } from '../../dist/io/download.js';
import { temporaryFolder } from '../support.js';

const content = randomBytes(300_000);
const sha256 = createHash('sha256').update(content).digest('hex');
const retry = { stall: 1000, pause: 1, attempts: 3 };
const noop = () => {};

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Starts a server that handles request n with handler n, or the last one, and records the requested ranges. */
async function serve(t: TestContext, ...handlers: Handler[]) {
  const ranges: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const handle = handlers[Math.min(ranges.length, handlers.length - 1)]!;
    ranges.push(request.headers.range);
    handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/weights.pth`;
  const path = join(await temporaryFolder(t), 'weights', 'weights.pth');
  return { file: { url, bytes: content.length, sha256 }, path, ranges };
}

const startOf = (request: IncomingMessage) =>
  Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);

/** Sends the requested range. */
const complete: Handler = (request, response) => {
  const start = startOf(request);
  response.writeHead(206, {
    'content-range': `bytes ${start}-${content.length - 1}/${content.length}`,
    'content-length': content.length - start,
  });
  response.end(content.subarray(start));
};

/** Announces the requested range, sends `count` bytes of it, then calls `next`. */
const partial =
  (count: number, next: (response: ServerResponse) => void): Handler =>
  (request, response) => {
    const start = startOf(request);
    response.writeHead(206, {
      'content-range': `bytes ${start}-${content.length - 1}/${content.length}`,
      'content-length': content.length - start,
    });
    response.write(content.subarray(start, start + count), () => setTimeout(() => next(response), 300));
  };

const disconnect = (response: ServerResponse) => response.destroy();

const status =
  (code: number): Handler =>
  (_, response) =>
    response.writeHead(code).end('no');

test('downloads a file and reports progress', async (t) => {
  const { file, path } = await serve(t, complete);
  const seen: number[] = [];
  await download(file, path, (done, total) => {
    assert.equal(total, content.length);
    seen.push(done);
  });
  assert.deepEqual(await readFile(path), content);
  assert.equal(seen.at(-1), content.length);
  assert.deepEqual(
    [...seen].sort((a, b) => a - b),
    seen,
  );
  assert.equal(existsSync(`${path}.part`), false);
});

test('does not download an existing file again, but replaces other content', async (t) => {
  const { file, path, ranges } = await serve(t, complete);
  await download(file, path, noop);
  await download(file, path, noop);
  assert.equal(ranges.length, 1);
  await writeFile(path, Buffer.alloc(content.length));
  await download(file, path, noop);
  assert.deepEqual(await readFile(path), content);
});

test('resumes after a closed connection', async (t) => {
  const { file, path, ranges } = await serve(
    t,
    partial(100_000, disconnect),
    partial(50_000, disconnect),
    complete,
  );
  await download(file, path, noop, undefined, retry);
  assert.deepEqual(await readFile(path), content);
  assert.deepEqual(ranges, ['bytes=0-', 'bytes=100000-', 'bytes=150000-']);
});

test('a later call resumes the download', async (t) => {
  const { file, path, ranges } = await serve(
    t,
    partial(100_000, disconnect),
    status(503),
    status(503),
    status(503),
    complete,
  );
  await assert.rejects(download(file, path, noop, undefined, retry), {
    name: 'UserError',
    message: /The server responded with 503 Service Unavailable\./,
    hint: /is resumed/,
  });
  assert.equal((await stat(`${path}.part`)).size, 100_000);
  await download(file, path, noop, undefined, retry);
  assert.deepEqual(await readFile(path), content);
  assert.equal(ranges.at(-1), 'bytes=100000-');
});

test('starts again if the server does not support ranges', async (t) => {
  const withoutRanges: Handler = (_, response) =>
    response.writeHead(200, { 'content-length': content.length }).end(content);
  const { file, path } = await serve(t, partial(100_000, disconnect), withoutRanges);
  await download(file, path, noop, undefined, retry);
  assert.deepEqual(await readFile(path), content);
});

test('rejects and removes wrong content', async (t) => {
  const { file, path, ranges } = await serve(t, complete);
  const other = { ...file, sha256: sha256.replace(/./g, '0') };
  await assert.rejects(download(other, path, noop), { message: /to have the SHA-256 0{64}/ });
  assert.deepEqual(await readdir(join(path, '..')), []);
  assert.equal(ranges.length, 1);
});

test('discards the partial download of another file', async (t) => {
  const { file, path, ranges } = await serve(t, partial(100_000, disconnect), complete);
  await download(file, path, noop, undefined, retry);
  await writeFile(`${path}.part`, Buffer.alloc(1000));
  await writeFile(path, '');
  await download(file, path, noop, undefined, retry);
  assert.deepEqual(await readFile(path), content);
  assert.deepEqual(ranges.slice(2), ['bytes=1000-', 'bytes=0-']);
});

test('aborts a stalled connection and resumes', async (t) => {
  const { file, path, ranges } = await serve(t, partial(100_000, noop), complete);
  await download(file, path, noop, undefined, retry);
  assert.deepEqual(await readFile(path), content);
  assert.deepEqual(ranges, ['bytes=0-', 'bytes=100000-']);
});

test('reports a server that never responds', async (t) => {
  const { file, path, ranges } = await serve(t, noop);
  await assert.rejects(download(file, path, noop, undefined, { ...retry, stall: 200 }), {
    message: /No data was received for 0\.2 s\./,
  });
  assert.equal(ranges.length, 3);
});

const rejected: [what: string, handler: Handler, message: RegExp][] = [
  ['404', status(404), /The server responded with 404 Not Found\./],
  [
    'another size',
    (_, response) => response.end('<html>Sign in to the network</html>'),
    /Expected a file of 300000 bytes but the server has 35\./,
  ],
  [
    'another range than requested',
    (_, response) => response.writeHead(206, { 'content-range': 'bytes 7-8/9' }).end('ab'),
    /Expected a range of 300000 bytes from 0 but received 'bytes 7-8\/9'\./,
  ],
  [
    'too many bytes',
    (_, response) => {
      response.write(content); // without a content-length
      response.end('more');
    },
    /The server sent more than the 300000 bytes expected\./,
  ],
];
for (const [what, handler, message] of rejected) {
  test(`does not retry: ${what}`, async (t) => {
    const { file, path, ranges } = await serve(t, handler);
    await assert.rejects(download(file, path, noop, undefined, retry), { name: 'UserError', message });
    assert.equal(ranges.length, 1);
    assert.equal(existsSync(path), false);
  });
}

test('reports a host that refuses connections', async (t) => {
  const { file, path } = await serve(t, complete);
  const unreachable = { ...file, url: 'http://127.0.0.1:1/weights.pth' };
  await assert.rejects(download(unreachable, path, noop, undefined, retry), {
    name: 'UserError',
    message: /Could not download http:\/\/127\.0\.0\.1:1\/weights\.pth: .*(ECONNREFUSED|bad port)/,
  });
});

test('stops when the signal is aborted, and leaves the partial file', async (t) => {
  const { file, path } = await serve(t, partial(100_000, noop));
  const controller = new AbortController();
  const reason = new Error('Ctrl-C');
  const downloading = download(
    file,
    path,
    (done) => done >= 100_000 && controller.abort(reason),
    controller.signal,
  );
  await assert.rejects(downloading, reason);
  assert.equal((await stat(`${path}.part`)).size, 100_000);
});

test('reports a path that is not writable', async (t) => {
  const { file, path } = await serve(t, complete);
  await writeFile(join(path, '..', '..', 'file'), '');
  await assert.rejects(download(file, join(path, '..', '..', 'file', 'weights.pth'), noop), {
    name: 'UserError',
    message: /Can't write '.*weights\.pth.*'/,
  });
});

test('concurrent downloads of the same file', async (t) => {
  const { file, path } = await serve(t, partial(100_000, disconnect), partial(30_000, disconnect), complete);
  const both = [1, 2].map(() => download(file, path, noop, undefined, retry));
  await Promise.all(both);
  assert.deepEqual(await readFile(path), content);
});
