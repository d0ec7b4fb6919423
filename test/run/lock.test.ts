import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../dist/core/errors.js';
import { lockRun } from '../../dist/run/lock.js';
import { temporaryFolder } from '../support.js';

const occupied = (error: unknown) => error instanceof UserError && /is training into/.test(error.message);
const owner = (pid: number, more: object = {}) =>
  JSON.stringify({ pid, host: hostname(), token: 'x', started: '1', ...more });

test('a lock is held until it is released, and names its process', async (t) => {
  const folder = await temporaryFolder(t);
  const lock = await lockRun(folder);
  assert.equal(JSON.parse(await readFile(join(folder, 'run.lock'), 'utf8')).pid, process.pid);
  await assert.rejects(lockRun(folder), occupied);
  await lock.release();
  assert.deepEqual(await readdir(folder), []);
  await (await lockRun(folder)).release();
});

test('of many at once, one gets it', async (t) => {
  const folder = await temporaryFolder(t);
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockRun(folder)));
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
  for (const result of results) if (result.status === 'rejected') assert.ok(occupied(result.reason));
});

test('the lock of a process that has ended, or of none, is taken over; its drafts are removed', async (t) => {
  const folder = await temporaryFolder(t);
  const ended = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(ended, 'exit');
  for (const content of [owner(ended.pid!), '', 'null', '{"pid":0}', owner(process.pid, { started: '0' })]) {
    if (content.includes('"started":"0"') && process.platform !== 'linux') continue; // start times are from /proc
    await writeFile(join(folder, 'run.lock'), content);
    await writeFile(join(folder, 'run.lock.draft'), owner(ended.pid!));
    const lock = await lockRun(folder);
    assert.deepEqual(await readdir(folder), ['run.lock'], content);
    await lock.release();
  }
});

test('the lock of another machine counts, and a lock that another process has by now is left alone', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'run.lock');
  await writeFile(path, owner(1, { host: 'elsewhere' }));
  await assert.rejects(lockRun(folder), occupied);
  await writeFile(path, '');
  const lock = await lockRun(folder);
  await writeFile(path, owner(process.pid, { token: 'other' }));
  await lock.release();
  assert.match(await readFile(path, 'utf8'), /"other"/);
});
