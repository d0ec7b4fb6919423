// Downloads, from a server on this machine that misbehaves in every way that servers and networks do.

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
const impatient = { stall: 200, pause: 1, attempts: 3 };
const silent = () => {};

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that gives one answer after the other, the last one again and again, and notes the ranges asked for. */
async function serve(t: TestContext, ...answers: Answer[]) {
  const ranges: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(ranges.length, answers.length - 1)]!;
    ranges.push(request.headers.range);
    answer(request, response);
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

/** A good server's answer. */
const whole: Answer = (request, response) => {
  const start = startOf(request);
  response.writeHead(206, {
    'content-range': `bytes ${start}-${content.length - 1}/${content.length}`,
    'content-length': content.length - start,
  });
  response.end(content.subarray(start));
};

/** Promises all, sends `count` bytes, then does `next` with the connection. */
const some =
  (count: number, next: (response: ServerResponse) => void): Answer =>
  (request, response) => {
    const start = startOf(request);
    response.writeHead(206, {
      'content-range': `bytes ${start}-${content.length - 1}/${content.length}`,
      'content-length': content.length - start,
    });
    response.write(content.subarray(start, start + count), () => setTimeout(() => next(response), 50));
  };

const cut = (response: ServerResponse) => response.destroy();

const status =
  (code: number): Answer =>
  (_, response) =>
    response.writeHead(code).end('no');

test('a file arrives whole, with its progress', async (t) => {
  const { file, path } = await serve(t, whole);
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

test('a file that is there already is not asked for again; one with other content is replaced', async (t) => {
  const { file, path, ranges } = await serve(t, whole);
  await download(file, path, silent);
  await download(file, path, silent);
  assert.equal(ranges.length, 1);
  await writeFile(path, Buffer.alloc(content.length));
  await download(file, path, silent);
  assert.deepEqual(await readFile(path), content);
});

test('a cut connection is taken up where it ended', async (t) => {
  const { file, path, ranges } = await serve(t, some(100_000, cut), some(50_000, cut), whole);
  await download(file, path, silent, undefined, impatient);
  assert.deepEqual(await readFile(path), content);
  assert.deepEqual(ranges, ['bytes=0-', 'bytes=100000-', 'bytes=150000-']);
});

test('so it is by a later run', async (t) => {
  const { file, path, ranges } = await serve(
    t,
    some(100_000, cut),
    status(503),
    status(503),
    status(503),
    whole,
  );
  await assert.rejects(download(file, path, silent, undefined, impatient), {
    name: 'UserError',
    message: /The server answered 503 Service Unavailable\./,
    hint: /goes on where it was cut/,
  });
  assert.equal((await stat(`${path}.part`)).size, 100_000);
  await download(file, path, silent, undefined, impatient);
  assert.deepEqual(await readFile(path), content);
  assert.equal(ranges.at(-1), 'bytes=100000-');
});

test('a server that knows no ranges sends all anew', async (t) => {
  const ignoring: Answer = (_, response) =>
    response.writeHead(200, { 'content-length': content.length }).end(content);
  const { file, path } = await serve(t, some(100_000, cut), ignoring);
  await download(file, path, silent, undefined, impatient);
  assert.deepEqual(await readFile(path), content);
});

test('a wrong content is refused and not kept', async (t) => {
  const { file, path, ranges } = await serve(t, whole);
  const other = { ...file, sha256: sha256.replace(/./g, '0') };
  await assert.rejects(download(other, path, silent), { message: /its SHA-256 is not 0{64}/ });
  assert.deepEqual(await readdir(join(path, '..')), []);
  assert.equal(ranges.length, 1);
});

test('a beginning of some other file does no harm', async (t) => {
  const { file, path, ranges } = await serve(t, some(100_000, cut), whole);
  await download(file, path, silent, undefined, impatient);
  await writeFile(`${path}.part`, Buffer.alloc(1000));
  await writeFile(path, '');
  await download(file, path, silent, undefined, impatient);
  assert.deepEqual(await readFile(path), content);
  assert.deepEqual(ranges.slice(2), ['bytes=1000-', 'bytes=0-']);
});

test('a stalled connection is given up and taken up again', async (t) => {
  const { file, path, ranges } = await serve(t, some(100_000, silent), whole);
  await download(file, path, silent, undefined, impatient);
  assert.deepEqual(await readFile(path), content);
  assert.deepEqual(ranges, ['bytes=0-', 'bytes=100000-']);
});

test('a server that never answers is told of', async (t) => {
  const { file, path, ranges } = await serve(t, silent);
  await assert.rejects(download(file, path, silent, undefined, impatient), {
    message: /Nothing came for 0\.2 s\./,
  });
  assert.equal(ranges.length, 3);
});

const refusals: [what: string, answer: Answer, message: RegExp][] = [
  ['404', status(404), /The server answered 404 Not Found\./],
  [
    'another size',
    (_, response) => response.end('<html>Sign in to the network</html>'),
    /The server has 35 bytes there, expected 300000\./,
  ],
  [
    'a range that was not asked for',
    (_, response) => response.writeHead(206, { 'content-range': 'bytes 7-8/9' }).end('ab'),
    /The server sent 'bytes 7-8\/9' of a file of 300000 bytes\./,
  ],
  [
    'more than was expected',
    (_, response) => {
      response.write(content); // no length is told
      response.end('more');
    },
    /The server sent more than the 300000 bytes expected\./,
  ],
];
for (const [what, answer, message] of refusals) {
  test(`refused at once: ${what}`, async (t) => {
    const { file, path, ranges } = await serve(t, answer);
    await assert.rejects(download(file, path, silent, undefined, impatient), { name: 'UserError', message });
    assert.equal(ranges.length, 1);
    assert.equal(existsSync(path), false);
  });
}

test('a host that is not there is told of', async (t) => {
  const { file, path } = await serve(t, whole);
  const nobody = { ...file, url: 'http://127.0.0.1:1/weights.pth' };
  await assert.rejects(download(nobody, path, silent, undefined, impatient), {
    name: 'UserError',
    message: /Could not download http:\/\/127\.0\.0\.1:1\/weights\.pth: .*(ECONNREFUSED|bad port)/,
  });
});

test('the signal ends it, and what had arrived is kept', async (t) => {
  const { file, path } = await serve(t, some(100_000, silent));
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

test('a place that is not writable is told of', async (t) => {
  const { file, path } = await serve(t, whole);
  await writeFile(join(path, '..', '..', 'file'), '');
  await assert.rejects(download(file, join(path, '..', '..', 'file', 'weights.pth'), silent), {
    name: 'UserError',
    message: /Can't write '.*weights\.pth.*'/,
  });
});

test("two at once don't disturb each other", async (t) => {
  const { file, path } = await serve(t, some(100_000, cut), some(30_000, cut), whole);
  const both = [1, 2].map(() => download(file, path, silent, undefined, impatient));
  await Promise.all(both);
  assert.deepEqual(await readFile(path), content);
});
