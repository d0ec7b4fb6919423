// Who may use the server.

import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { serve } from '../../dist/commands/models/serve.js';
import { UserError } from '../../dist/core/errors.js';
import { ask, png, predictFile, startServing } from './serving.js';

/** fetch sets these headers itself. */
const statusWith = (url: string, headers: Record<string, string>, method = 'GET'): Promise<number> =>
  new Promise((resolve, reject) => {
    const sent = request(url, { headers, method }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    sent.on('error', reject).end();
  });

test('on loopback, the Host header must be of loopback (DNS rebinding)', async (t) => {
  const { url } = await startServing(t);
  const { port } = new URL(url);
  for (const host of ['localhost', `localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, 'LOCALHOST']) {
    assert.equal(await statusWith(`${url}/model`, { Host: host }), 200, host);
  }
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    '192.0.2.1',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
  ]) {
    assert.equal(await statusWith(`${url}/`, { Host: host }), 403, host);
  }
  for (const host of ['a b', 'evil.example@localhost']) {
    assert.equal(await statusWith(`${url}/`, { Host: host }), 400, host);
  }
});

test('pages of other sites can not send images', async (t) => {
  const { url, paths } = await startServing(t);
  const { host } = new URL(url);
  const post = (headers: Record<string, string>) =>
    statusWith(`${url}/predict`, { ...png, ...headers }, 'POST');
  assert.equal(await post({ 'Sec-Fetch-Site': 'cross-site' }), 403);
  assert.equal(await post({ 'Sec-Fetch-Site': 'same-site' }), 403);
  assert.equal(await post({ Origin: 'https://evil.example' }), 403);
  assert.equal(await post({ Origin: `https://evil.example/${host}` }), 403);
  assert.equal(await post({ Origin: 'null' }), 403);
  assert.equal(await post({ Origin: `http://${host}` }), 422); // no image
  assert.equal(await post({ 'Sec-Fetch-Site': 'same-origin', Origin: 'https://proxy.example' }), 422);
  const { headers } = await predictFile(url, paths[0]!);
  assert.equal(headers.get('Access-Control-Allow-Origin'), null);
});

test('with a token: everything but the page and the health needs it; any Host is accepted', async (t) => {
  const token = 'a-token-of-16-characters';
  const { url } = await startServing(t, { token });
  const status = (path: string, authorization?: string) =>
    statusWith(url + path, { Host: 'proxy.example', ...(authorization && { Authorization: authorization }) });
  for (const path of ['/', '/page.js', '/page.css', '/healthz']) assert.equal(await status(path), 200, path);
  for (const path of ['/model', '/metrics', '/predict', '/nothing', '/model/page.js']) {
    assert.equal(await status(path), 401, path);
    assert.equal(await status(path, `Bearer ${token}x`), 401, path);
    assert.equal(await status(path, token), 401, path);
  }
  assert.equal(await status('/model', `Bearer ${token}`), 200);
  const { headers, body } = await ask(`${url}/model`);
  assert.equal(headers.get('WWW-Authenticate'), 'Bearer');
  assert.ok(!JSON.stringify(body).includes('Cat'));
});

test('the headers of every response', async (t) => {
  const { url } = await startServing(t);
  for (const path of ['/', '/page.js', '/model', '/nothing']) {
    const { headers } = await fetch(url + path);
    const policy = headers.get('Content-Security-Policy')!;
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe|\*/);
    assert.equal(headers.get('X-Content-Type-Options'), 'nosniff', path);
    assert.equal(headers.get('Cache-Control'), 'no-store', path);
  }
});

test('another address than loopback needs a token, of a form that a header can have', async () => {
  const usage = (message: RegExp) => (error: unknown) =>
    error instanceof UserError && error.exitCode === 2 && message.test(error.message);
  await assert.rejects(serve('model', { host: '0.0.0.0' }), usage(/Every machine that reaches '0\.0\.0\.0'/));
  await assert.rejects(serve('model', { host: '127.0.0.1.evil.example' }), usage(/could use the server/));
  await assert.rejects(serve('model', { host: '0.0.0.0', token: 'short' }), usage(/16 or more/));
  await assert.rejects(serve('model', { token: 'sixteen characters' }), usage(/16 or more/));
});
