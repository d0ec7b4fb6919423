import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { withWorkFolder } from '../../dist/io/workFolder.js';
import { root, temporaryFolder } from '../support.js';

const noWait = () => assert.fail('waited');

test('the folder exists during the work, and is removed after success and failure', async (t) => {
  const parent = await temporaryFolder(t);
  const path = join(parent, 'sub', 'engine');
  const result = await withWorkFolder(path, { onWait: noWait }, async (folder) => {
    await writeFile(join(folder, 'something'), 'x');
    return existsSync(folder);
  });
  assert.equal(result, true);
  assert.deepEqual(await readdir(join(parent, 'sub')), []);

  const failure = new Error('failed');
  const failing = withWorkFolder(path, { onWait: noWait }, () => Promise.reject(failure));
  await assert.rejects(failing, failure);
  assert.deepEqual(await readdir(join(parent, 'sub')), []);
});

test('callers have exclusive use of the folder, and each that waits is notified once', async (t) => {
  const path = join(await temporaryFolder(t), 'engine');
  let inside = 0;
  let waits = 0;
  const count = 5;
  const each = async () =>
    withWorkFolder(
      path,
      {
        pollEvery: 5,
        onWait: (owner) => {
          waits += 1;
          assert.equal(owner, String(process.pid));
        },
      },
      async (folder) => {
        inside += 1;
        assert.equal(inside, 1);
        await writeFile(join(folder, 'mine'), '', { flag: 'wx' });
        await sleep(30);
        inside -= 1;
      },
    );
  await Promise.all(Array.from({ length: count }, each));
  assert.equal(waits, count - 1);
});

test('takes over the folder of a killed process at once, and removes its remains', async (t) => {
  const parent = await temporaryFolder(t);
  const path = join(parent, 'engine');
  const script = `
    import { writeFileSync } from 'node:fs';
    import { withWorkFolder } from ${JSON.stringify(pathToFileURL(join(root, 'dist/io/workFolder.js')).href)};
    await withWorkFolder(${JSON.stringify(path)}, { onWait: () => {} }, async (folder) => {
      writeFileSync(folder + '/partial', 'x');
      console.log('inside');
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'close');
  assert.deepEqual((await readdir(`${path}.working`)).sort(), ['owner', 'partial']);
  // Folders that it was creating or removing, and its work folder for another path.
  await mkdir(join(parent, `engine.working.${child.pid}-0123abcd.leftover`));
  await mkdir(join(parent, 'another.working'));
  await writeFile(join(parent, 'another.working', 'owner'), `${await ownerOf(path, child.pid!)}`);

  const found = await withWorkFolder(path, { onWait: noWait }, (folder) => readdir(folder));
  assert.deepEqual(found, ['owner']);
  assert.deepEqual(await readdir(parent), []);
});

test("waits for another machine's process until its heartbeat times out", async (t) => {
  const path = join(await temporaryFolder(t), 'engine');
  await mkdir(`${path}.working`);
  await writeFile(join(`${path}.working`, 'owner'), '1@elsewhere 0123abcd');
  let waits = 0;
  const onWait = () => {
    waits += 1;
  };
  const started = performance.now();
  await withWorkFolder(path, { onWait, pollEvery: 10, heartbeatTimeout: 200 }, async () => {});
  assert.ok(performance.now() - started >= 200);
  assert.equal(waits, 1);
});

test('takes over a partially removed folder without an owner', async (t) => {
  const path = join(await temporaryFolder(t), 'engine');
  await mkdir(`${path}.working`);
  await writeFile(join(`${path}.working`, 'rest'), '');
  const found = await withWorkFolder(
    path,
    { onWait: noWait, pollEvery: 10, heartbeatTimeout: 50 },
    (folder) => readdir(folder),
  );
  assert.deepEqual(found, ['owner']);
});

test('stops waiting when the signal is aborted', async (t) => {
  const path = join(await temporaryFolder(t), 'engine');
  await mkdir(`${path}.working`);
  await writeFile(join(`${path}.working`, 'owner'), '1@elsewhere 0123abcd');
  const waiting = withWorkFolder(path, { onWait: () => {}, signal: AbortSignal.timeout(50) }, () =>
    assert.fail('took the folder'),
  );
  await assert.rejects(waiting, /abort|timeout/i);
  assert.ok(existsSync(`${path}.working`));
});

/** The content of the owner file, with the process id `pid`. */
async function ownerOf(path: string, pid: number): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  return (await readFile(join(`${path}.working`, 'owner'), 'utf8')).replace(/^\d+/, String(pid));
}
