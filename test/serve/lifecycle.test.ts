// Start, stop, and restarts of the engine.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '../../dist/commands/models/serve.js';
import { silentContext } from '../../dist/core/context.js';
import { UserError } from '../../dist/core/errors.js';
import { EngineProcess } from '../../dist/serve/engineProcess.js';
import { executable } from '../cli/run.js';
import { temporaryFolder } from '../support.js';
import { ask, predictFile, startServing, until, writeServedModel } from './serving.js';

const fails = (exitCode: number, message: RegExp) => (error: unknown) =>
  error instanceof UserError && error.exitCode === exitCode && message.test(error.message);

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('stop answers what was accepted, then refuses connections and ends the engine', async (t) => {
  const { url, paths, stop, ended, enginePid } = await startServing(t, { maxBatch: 2 });
  const pid = enginePid()!;
  process.kill(pid, 'SIGSTOP');
  const requests = Array.from({ length: 20 }, (_, i) => predictFile(url, paths[i % 6]!));
  await until(async () => /^alexft_queue_images 1[89]$/m.test(await (await fetch(`${url}/metrics`)).text()));
  const stopped = stop();
  process.kill(pid, 'SIGCONT');
  for (const { status, headers } of await Promise.all(requests)) {
    assert.deepEqual([status, headers.get('Connection')], [200, 'close']);
  }
  await stopped;
  await assert.rejects(fetch(`${url}/healthz`));
  await ended;
  assert.ok(!isRunning(pid));
});

test('a killed engine: its requests are 503, and it is started again', async (t) => {
  const { url, paths, messages, enginePid } = await startServing(t, { maxBatch: 1 });
  const pid = enginePid()!;
  process.kill(pid, 'SIGSTOP'); // so that a request waits
  const waiting = [predictFile(url, paths[0]!), predictFile(url, paths[1]!)];
  await sleep(300);
  process.kill(pid, 'SIGKILL');
  for (const { status, headers } of await Promise.all(waiting)) {
    assert.deepEqual([status, headers.get('Retry-After')], [503, '1']);
  }
  assert.deepEqual([...messages], ["The engine's process ended (SIGKILL). Starting it again."]);
  assert.equal((await ask(`${url}/healthz`)).status, 503);
  await until(async () => (await ask(`${url}/healthz`)).status === 200);
  assert.equal((await predictFile(url, paths[0]!)).status, 200);
  assert.notEqual(enginePid(), pid);
  assert.match(await (await fetch(`${url}/metrics`)).text(), /^alexft_engine_restarts_total 1$/m);
});

test('an engine that does not answer: 504, and it is started again', async (t) => {
  const { url, paths, messages, enginePid } = await startServing(t, { timeout: 1 });
  process.kill(enginePid()!, 'SIGSTOP');
  const { status } = await predictFile(url, paths[0]!);
  assert.ok([503, 504].includes(status), String(status));
  await until(() => messages.length === 2);
  await until(async () => (await ask(`${url}/healthz`)).status === 200);
  assert.equal((await predictFile(url, paths[0]!)).status, 200);
  assert.match(messages[0]!, /has not answered within 1 s/);
});

test('an engine that ends three times while it starts ends the server', async (t) => {
  const model = join(await temporaryFolder(t), 'model.safetensors');
  await writeServedModel(model);
  const messages: string[] = [];
  const context = { ...silentContext, onMessage: (message: string) => messages.push(message) };
  const common = {
    device: 'wasm',
    threads: undefined,
    workers: undefined,
    precision: 'float32',
    noSetup: true,
  } as const;
  const settings = { ...common, model, batchSize: 1, maxPixels: 1e6, hideNativeLog: true };
  await using engine = new EngineProcess(settings, 30, context);
  engine.start();
  const killed = setInterval(
    () => engine.pid && isRunning(engine.pid) && process.kill(engine.pid, 'SIGKILL'),
    10,
  );
  t.after(() => clearInterval(killed));
  await assert.rejects(engine.failed, fails(1, /ended 3 times while it started \(SIGKILL\)/));
  assert.equal(messages.length, 2);
});

test('what can not be served: a port in use, an unknown host, a model that is none', async (t) => {
  const { url, folder, model } = await startServing(t);
  const given = { device: 'wasm', noSetup: true, port: 0 } as const;
  const port = Number(new URL(url).port);
  await assert.rejects(
    serve(model, { ...given, port }),
    fails(1, /Another program uses port \d+ of 127\.0\.0\.1/),
  );
  const token = 'sixteen-characters';
  await assert.rejects(
    serve(model, { ...given, host: 'no.such.host.invalid', token }),
    fails(2, /address of this machine/),
  );
  await assert.rejects(serve(model, { ...given, host: '192.0.2.1', token }), fails(2, /EADDRNOTAVAIL/));
  await assert.rejects(serve(join(folder, 'gone'), given), fails(3, /no model at/));
  const broken = join(folder, 'broken.safetensors');
  await writeFile(broken, 'no model');
  await assert.rejects(serve(broken, given), fails(3, /broken\.safetensors/));
  const collect = join(broken, 'folder');
  await assert.rejects(serve(model, { ...given, collect }), fails(1, /Can't write/));
});

// In namespaces of its own: a user without capabilities, and a network where ports below 1024 need one.
const alone = ['--user', '--net'];
const canUnshare = spawnSync('unshare', [...alone, 'true']).status === 0;

test('a port without the permission', { skip: !canUnshare && 'no unshare, or not permitted' }, async (t) => {
  const model = join(await temporaryFolder(t), 'model.safetensors');
  await writeServedModel(model);
  const words = ['serve', model, '--port', '80', '--device', 'wasm', '--no-setup'];
  const { status, stdout, stderr } = spawnSync(
    'unshare',
    [...alone, process.execPath, executable, ...words],
    {
      encoding: 'utf8',
      timeout: 60_000,
    },
  );
  assert.deepEqual([status, stdout], [1, ''], stderr);
  assert.match(stderr, /There is no permission to listen on port 80 of 127\.0\.0\.1\.\n.*port above 1023/);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`alexft serve: one line on stdout, exit code 0 after ${signal}`, async (t) => {
    const model = join(await temporaryFolder(t), 'model.safetensors');
    await writeServedModel(model);
    const words = ['serve', model, '--port', '0', '--device', 'wasm', '--json'];
    const child = spawn(process.execPath, [executable, ...words], { timeout: 60_000, killSignal: 'SIGKILL' });
    const code = new Promise((resolve) => child.once('close', resolve));
    const stderr = text(child.stderr);
    const [line] = (await child.stdout.iterator({ destroyOnReturn: false }).next()).value
      .toString()
      .split('\n');
    const { url, ...rest } = JSON.parse(line);
    assert.deepEqual(rest, { schema: 1, model, classes: ['Cat', 'Dog'], device: 'wasm' });
    assert.equal((await ask(`${url}/healthz`)).status, 200);
    child.kill(signal);
    assert.equal(await code, 0);
    assert.match(await stderr, /^\nStopping after the accepted requests\. \(Press Ctrl-C .*\)\n$/);
  });
}
