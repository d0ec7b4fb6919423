// A run's folder and lock, from before the training until after its report.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { train } from '../../dist/commands/training/train.js';
import { UserError } from '../../dist/core/errors.js';
import { lockRun } from '../../dist/run/lock.js';
import { startRecording } from '../../dist/run/recording/recorder.js';
import { Run } from '../../dist/run/run.js';
import type { TrainConfig } from '../../dist/training/config.js';
import { narrow, narrowOptions } from '../commands/narrow.js';
import { drawFolder } from '../data/colouredFolder.js';
import { open } from '../engine/engines.js';
import { temporaryFolder } from '../support.js';
import { smallTrainer } from '../trainer/smallTrainer.js';

const fails = (exitCode: number, message: RegExp) => (error: unknown) =>
  error instanceof UserError && error.exitCode === exitCode && message.test(error.message);
const create = (out: string, force = false) => Run.create({ out, force } as TrainConfig);
const dispose = (run: Run) => run[Symbol.asyncDispose]();

test('a run that never began leaves no folder behind, not even those above it', async (t) => {
  const folder = await temporaryFolder(t);
  const run = await create(join(folder, 'a', 'b', 'c'));
  assert.deepEqual(await readdir(join(folder, 'a', 'b', 'c')), ['run.lock']);
  await dispose(run);
  assert.deepEqual(await readdir(folder), []);
  await mkdir(join(folder, 'own'));
  await dispose(await create(join(folder, 'own')));
  assert.deepEqual(await readdir(folder), ['own']);
});

test('one process at a time: the folder is locked from the beginning', async (t) => {
  const path = join(await temporaryFolder(t), 'run');
  const run = await create(path);
  await assert.rejects(create(path), fails(1, /is training into/));
  await dispose(run);
  const next = await create(path);
  const begun = await next.begin(() => {});
  await begun.record({ event: 'step', step: 1 });
  await begun.close();
  await dispose(next);
  assert.deepEqual(await readdir(path), ['events.jsonl']);
  await assert.rejects(create(path), fails(2, /already has a run/));
  await dispose(await create(path, true));
  assert.deepEqual(await readdir(path), ['events.jsonl'], 'nothing is removed before the new run begins');
});

test('a file in the way is an error', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'file'), '');
  await assert.rejects(create(join(folder, 'file', 'x', 'y')), fails(1, /Cannot write to/));
});

test(
  'a folder that takes no folder is an error at once',
  { skip: process.platform === 'linux' ? false : 'no /proc', timeout: 10_000 },
  () => assert.rejects(create('/proc/x/y'), fails(1, /Cannot write to '\/proc\/x\/y'/)),
);

test('the report is written while the run is locked', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  const out = join(folder, 'run');
  await drawFolder(data, [8, 8]);
  const locked: boolean[] = [];
  const context = {
    onMessage: (text: string) => {
      if (text.startsWith('The report')) locked.push(existsSync(join(out, 'run.lock')));
    },
    onProgress: () => {},
  };
  const options = { ...narrowOptions, data, out, device: 'wasm', epochs: 1, noReport: false } as const;
  for await (const _ of train(options, context, { widths: narrow }));
  assert.deepEqual(locked, [true]);
  assert.equal(existsSync(join(out, 'run.lock')), false);
});

test('a failure between the lock and the first step leaves no lock, thread, tensor or folder', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  const out = join(folder, 'run');
  await drawFolder(data, [8, 8]);
  const engine = await open('wasm');
  const handles = engine.handles();
  const threads = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
  const before = threads();
  // The cache folder is a file: the message about it is the last thing before the training's record begins.
  const cache = process.env.ALEXFT_CACHE;
  await writeFile(join(folder, 'cache'), '');
  process.env.ALEXFT_CACHE = join(folder, 'cache');
  t.after(() => {
    if (cache === undefined) delete process.env.ALEXFT_CACHE;
    else process.env.ALEXFT_CACHE = cache;
  });
  const context = {
    onMessage: (text: string) => {
      if (/^Features/.test(text)) throw new Error('no one can read this');
    },
    onProgress: () => {},
  };
  const options = {
    ...narrowOptions,
    data,
    out,
    device: 'wasm',
    trainable: 'classifier',
    cacheLimit: '1GB',
  } as const;
  const training = train(options, context, { widths: narrow });
  await assert.rejects(training.next(), /no one can read this/);
  assert.equal(engine.handles(), handles);
  assert.equal(threads(), before);
  assert.equal(existsSync(out), false);
  await mkdir(out);
  await (await lockRun(out)).release();
});

test('a run that another process completes before the lock is taken is not restarted', async (t) => {
  const { folder, trainer, config, context } = await smallTrainer(t, { checkpointEvery: '1h' });
  const path = join(folder, 'run');
  const first = await Run.create({ ...config, out: path });
  const recorder = await startRecording(first, trainer, context);
  for await (const event of trainer.train()) for await (const _ of recorder.record(event));
  // It is resumed while it is still running, and completes after its run.json was read for the first time.
  let reads = 0;
  const resuming = Run.resume(
    path,
    async () => {
      if (++reads > 1) return { before: config, config };
      for await (const _ of { [Symbol.asyncIterator]: () => recorder.finish() });
      await recorder[Symbol.asyncDispose]();
      await first[Symbol.asyncDispose]();
      return { before: config, config };
    },
    () => {},
  );
  await assert.rejects(resuming, fails(3, /is complete, and its checkpoint was removed/));
  assert.ok(existsSync(join(path, 'model.safetensors')));
  assert.equal(existsSync(join(path, 'run.lock')), false);
});
