// alexft train as a process, with the full AlexNet: output and signals.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { readModel } from '../../../dist/weights/modelFile.js';
import { drawFolder } from '../../data/colouredFolder.js';
import { engines } from '../../engine/engines.js';
import { temporaryFolder } from '../../support.js';
import { alexft, executable, inShell, jsonLines, withoutTerminal } from '../run.js';

// A step of all of AlexNet takes minutes in wasm.
const { skip } = (await engines())[0]!;

/** A training from scratch with few and small steps. */
async function start(t: TestContext, ...more: string[]) {
  const folder = await temporaryFolder(t);
  await drawFolder(join(folder, 'images'), [3, 3]);
  const words = ['train', '--data', 'images', '--out', 'run', '--weights', 'none', '--batch-size', '2'];
  return { folder, words: [...words, ...more] };
}

test('--json prints the lines of events.jsonl; the files describe the model', { skip }, async (t) => {
  const { folder, words } = await start(t, '--epochs', '1', '--json');
  const { code, stdout, stderr } = await alexft(words, { cwd: folder });
  assert.equal(code, 0);
  assert.equal(stdout, await readFile(join(folder, 'run', 'events.jsonl'), 'utf8'));
  const events = jsonLines(stdout);
  assert.deepEqual([events[0]!.event, events[0]!.schema, events.at(-1)!.event], ['start', 1, 'done']);
  assert.match(stderr, /2 classes \(class-0, class-1\); 4 training images, 2 validation images/);
  assert.match(stderr, /^Epoch 1\/1 {2}loss .* validation loss .* best$/m);
  const model = await readModel(join(folder, 'run'));
  assert.deepEqual(model.tensors.get('classifier.1.weight')!.shape, [4096, 9216]);
  assert.deepEqual(model.architecture.widths.convolutions, [64, 192, 384, 256, 256]);
});

for (const { signal, code } of [
  { signal: 'SIGINT', code: 130 },
  { signal: 'SIGTERM', code: 143 },
  { signal: 'SIGHUP', code: 129 },
] as const) {
  test(`${signal}: the step ends, the last model is on disk, exit ${code}`, { skip }, async (t) => {
    const { folder, words } = await start(t, '--epochs', '1000', '--json');
    let sent = false;
    const onStdout = (child: ChildProcess, stdout: string) => {
      if (sent || !stdout.includes('"step":1,')) return;
      sent = true;
      child.kill(signal);
    };
    const ended = await alexft(words, { cwd: folder, onStdout });
    assert.equal(ended.code, code);
    assert.match(ended.stderr, /Stopping after this step, saving the model and a checkpoint/);
    assert.match(ended.stderr, /^Interrupted\. The current model is run\/last\.safetensors$/m);
    assert.match(ended.stderr, /^To resume: alexft train --resume run$/m);
    const events = jsonLines(ended.stdout);
    assert.ok(events.every(({ event }) => event !== 'done'));
    assert.equal(JSON.parse(await readFile(join(folder, 'run', 'run.json'), 'utf8')).state, 'interrupted');
    const last = await readModel(join(folder, 'run', 'last.safetensors'));
    assert.equal(last.training.steps, events.filter(({ event }) => event === 'step').length);
  });
}

test('a closed terminal: the models and a checkpoint are written', {
  skip: skip || withoutTerminal,
}, async (t) => {
  const { folder, words } = await start(t, '--epochs', '1000');
  const command = [process.execPath, executable, ...words].map((word) => `'${word}'`).join(' ');
  const terminal = spawn('script', ['-qec', command, '/dev/null'], { cwd: folder });
  terminal.stdout.resume();
  const fileHas = (name: string, text: string) =>
    readFile(join(folder, 'run', name), 'utf8').then(
      (content) => content.includes(text),
      () => false,
    );
  await until(() => fileHas('events.jsonl', '"step":1,'));
  terminal.kill('SIGKILL');
  await until(() => fileHas('run.json', '"interrupted"'));
  assert.equal((await readdir(join(folder, 'run', 'checkpoint'))).length, 1);
});

async function until(reached: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; !(await reached()); await setTimeout(100)) {
    assert.ok(Date.now() < end, 'timed out');
  }
}

test('too few open files: a sentence', async (t) => {
  const { folder, words } = await start(t);
  const { code, stderr } = await inShell('ulimit -n 64; "$@"', words, { cwd: folder });
  if (code === 0) return; // other versions of Node open fewer files at the same time
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^error: Too many open files: this process may open 64\.\nRaise the limit: ulimit -n 1024\n$/m,
  );
});

test('a second signal exits immediately', { skip }, async (t) => {
  const { folder, words } = await start(t, '--epochs', '1000', '--json');
  let sent = 0;
  const onStdout = (child: ChildProcess, stdout: string) => {
    if (sent === 0 && stdout.includes('"step":1,')) sent += child.kill('SIGINT') ? 1 : 0;
  };
  const onStderr = (child: ChildProcess, stderr: string) => {
    if (sent === 1 && stderr.includes('again to exit immediately')) sent += child.kill('SIGINT') ? 1 : 0;
  };
  assert.equal((await alexft(words, { cwd: folder, onStdout, onStderr })).code, 130);
  assert.equal(sent, 2);
});

test('SIGINT while the demo generates images: exit 130, without partial images', async (t) => {
  const folder = await temporaryFolder(t);
  const onStderr = (child: ChildProcess, stderr: string) => {
    if (/Drawing: \d+%.*\n$/.test(stderr)) child.kill('SIGINT');
  };
  const { code, stderr } = await alexft(['demo', '--device', 'wasm'], { cwd: folder, onStderr });
  assert.equal(code, 130);
  assert.match(stderr, /Stopping/);
  assert.deepEqual(await readdir(join(folder, 'data', 'demo')), []);
});

test('a reader that closes the pipe ends it without an error', { skip }, async (t) => {
  const { folder, words } = await start(t, '--epochs', '1000', '--json');
  const line = '{ "$@"; echo "status $?" >&2; } | head -1';
  const { stdout, stderr } = await inShell(line, words, { cwd: folder });
  assert.equal(jsonLines(stdout)[0]!.event, 'start');
  assert.match(stderr, /^status 141$/m);
  assert.doesNotMatch(stderr, /EPIPE/);
  const { state } = JSON.parse(await readFile(join(folder, 'run', 'run.json'), 'utf8'));
  assert.equal(state, 'interrupted');
  assert.equal((await readdir(join(folder, 'run', 'checkpoint'))).length, 1);
});
