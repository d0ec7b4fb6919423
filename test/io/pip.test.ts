// The real pip, with a local index that has one generated package.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { downloadWithPip, whyNoPip } from '../../dist/io/pip.js';
import { setEnvironment, temporaryFolder } from '../support.js';

const skip = (await whyNoPip()) ?? false;
const file = 'generated-1.0-cp311-cp311-manylinux_2_27_x86_64.whl';
const platform = {
  pythonVersion: '3.11',
  implementation: 'cp',
  abi: 'cp311',
  platforms: ['manylinux_2_27_x86_64'],
};

const createWheel = `
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as wheel:
    wheel.writestr('generated/weights.bin', os.urandom(3_000_000))
    wheel.writestr('generated-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: generated\\nVersion: 1.0\\n')
    wheel.writestr('generated-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nTag: cp311-cp311-manylinux_2_27_x86_64\\n')
    wheel.writestr('generated-1.0.dist-info/RECORD', '')
`;

/** Starts an index with the package, which `send` sends, and configures pip to use only this index. */
async function serveIndex(t: TestContext, send: (response: ServerResponse, wheel: Buffer) => void) {
  const folder = await temporaryFolder(t);
  const wheelPath = join(folder, file);
  execFileSync('python3', ['-c', createWheel, wheelPath]);
  const wheel = readFileSync(wheelPath);
  const server = createServer((request, response) => {
    if (request.url?.endsWith('.whl')) {
      response.writeHead(200, { 'content-length': wheel.length });
      send(response, wheel);
    } else response.setHeader('content-type', 'text/html').end(`<a href="/${file}">${file}</a>`);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  setEnvironment(t, {
    PIP_CONFIG_FILE: devNull,
    PIP_INDEX_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple`,
    PIP_EXTRA_INDEX_URL: '',
    PIP_FIND_LINKS: '',
    PIP_RETRIES: '0',
    no_proxy: '127.0.0.1',
  });
  const sha256 = createHash('sha256').update(wheel).digest('hex');
  const request = {
    name: 'generated',
    version: '1.0',
    sha256,
    file,
    bytes: wheel.length,
    platform,
    onlyBinary: true,
  };
  return { request, wheel, into: join(folder, 'downloaded') };
}

const sendAll = (response: ServerResponse, wheel: Buffer) => response.end(wheel);

test('downloads a pinned wheel for another Python version, and reports progress', { skip }, async (t) => {
  const { request, wheel, into } = await serveIndex(t, async (response, bytes) => {
    response.write(bytes.subarray(0, 2_000_000));
    await sleep(1_500);
    response.end(bytes.subarray(2_000_000));
  });
  const seen: number[] = [];
  const path = await downloadWithPip(request, into, (done, total) => {
    assert.equal(total, wheel.length);
    seen.push(done);
  });
  assert.equal(path, join(into, file));
  assert.deepEqual(await readFile(path), wheel);
  assert.deepEqual(await readdir(into), [file]);
  assert.equal(seen.at(-1), wheel.length);
  assert.deepEqual(
    [...seen].sort((a, b) => a - b),
    seen,
  );
  assert.ok(
    seen.some((done) => done > 0 && done < wheel.length),
    `only ${seen}`,
  );
});

test('reports the error of pip for a wrong hash', { skip }, async (t) => {
  const { request, into } = await serveIndex(t, sendAll);
  const other = { ...request, sha256: '0'.repeat(64) };
  await assert.rejects(
    downloadWithPip(other, into, () => {}),
    {
      name: 'UserError',
      message: /pip could not download generated 1\.0:(.|\n)*(HASH|0{64})/i,
      hint: /python3? -m pip download/,
    },
  );
  assert.deepEqual(await readdir(into), []);
});

test('reports a version that the index does not have', { skip }, async (t) => {
  const { request, into } = await serveIndex(t, sendAll);
  await assert.rejects(
    downloadWithPip({ ...request, version: '2.0' }, into, () => {}),
    { name: 'UserError', message: /No matching distribution found for generated==2\.0/ },
  );
});

test('stops when the signal is aborted, and leaves nothing', { skip, timeout: 30_000 }, async (t) => {
  const controller = new AbortController();
  const reason = new Error('Ctrl-C');
  const { request, into } = await serveIndex(t, (response, bytes) => {
    response.write(bytes.subarray(0, 1_000_000));
    setTimeout(() => controller.abort(reason), 300);
  });
  await assert.rejects(
    downloadWithPip(request, into, () => {}, controller.signal),
    reason,
  );
  assert.deepEqual(await readdir(into), []);
});

test('without Python, reports what to install', async (t) => {
  const folder = await temporaryFolder(t);
  setEnvironment(t, { PATH: folder });
  assert.match((await whyNoPip())!, /^python3? is not installed/);
  const request = { name: 'generated', version: '1.0', sha256: '', file, bytes: 1, onlyBinary: true };
  await assert.rejects(
    downloadWithPip(request, join(folder, 'downloaded'), () => {}),
    {
      name: 'UserError',
      message: /^Downloading generated 1\.0 requires pip, and python3? is not installed/,
      hint: /apt install python3-pip/,
    },
  );
});
