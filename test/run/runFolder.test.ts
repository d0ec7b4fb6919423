import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../dist/core/errors.js';
import { defaultRunFolder, newestModel, RunFolder, replaceableRun } from '../../dist/run/runFolder.js';
import { readModel } from '../../dist/weights/modelFile.js';
import { constantState, describedAs } from '../commands/models.js';
import { temporaryFolder } from '../support.js';

const fails = (exitCode: number, message: RegExp) => (error: unknown) =>
  error instanceof UserError && error.exitCode === exitCode && message.test(error.message);

test('the default folder is named by the time, in UTC', () => {
  const start = new Date('2026-01-02T03:04:05.678+01:00');
  assert.equal(defaultRunFolder(start), join('models', '2026-01-02-020405'));
});

test('asking whether a run may be replaced changes nothing', async (t) => {
  const folder = await temporaryFolder(t);
  assert.deepEqual(await replaceableRun(join(folder, 'a', 'b'), false), []);
  assert.deepEqual(await readdir(folder), []);
  await writeFile(join(folder, 'events.jsonl'), '');
  await writeFile(join(folder, 'other'), '');
  await assert.rejects(replaceableRun(folder, false), fails(2, /has a run in it \(events\.jsonl\)/));
  assert.deepEqual(await replaceableRun(folder, true), ['events.jsonl']);
  await assert.rejects(replaceableRun(join(folder, 'other'), true), fails(1, /Cannot write to '.*other'/));
  assert.deepEqual((await readdir(folder)).sort(), ['events.jsonl', 'other']);
});

test('a new folder is made with those above it; a file above it is an error', async (t) => {
  const folder = await temporaryFolder(t);
  const run = await RunFolder.create(join(folder, 'a', 'b', 'c'), false);
  await run.close();
  assert.deepEqual(await readdir(join(folder, 'a', 'b', 'c')), ['events.jsonl']);
  await writeFile(join(folder, 'file'), '');
  await assert.rejects(RunFolder.create(join(folder, 'file', 'x', 'y'), false), fails(1, /Cannot write to/));
});

test(
  'a folder that takes no folder is an error at once',
  {
    skip: process.platform === 'linux' ? false : 'no /proc',
    timeout: 10_000,
  },
  () => assert.rejects(RunFolder.create('/proc/x/y', false), fails(1, /Cannot write to '\/proc\/x\/y'/)),
);

test('best and last: each is whole, and the best stays as the last goes on', async (t) => {
  const folder = await temporaryFolder(t);
  const run = await RunFolder.create(folder, false);
  const save = (epoch: number, best: boolean) =>
    run.saveModel(
      constantState([epoch, 0]),
      { ...describedAs(['a', 'b']), training: { epoch } },
      { step: epoch, best },
    );
  const epochs = async () => {
    const [best, last] = [await readModel(folder), await readModel(join(folder, 'last.safetensors'))];
    for (const { tensors, training } of [best, last]) {
      assert.deepEqual(tensors, constantState([Number(training.epoch), 0]));
    }
    return [best.training.epoch, last.training.epoch];
  };
  await save(1, true);
  assert.deepEqual(await epochs(), [1, 1]);
  await save(2, false);
  assert.deepEqual(await epochs(), [1, 2]);
  await save(3, true);
  assert.deepEqual(await epochs(), [3, 3]);
  await run.record({ event: 'x', text: 'a\nb' });
  await run.record({ event: 'y' });
  await run.close();
  assert.equal(
    await readFile(join(folder, 'events.jsonl'), 'utf8'),
    '{"event":"x","text":"a\\nb"}\n{"event":"y"}\n',
  );
  const left = ['events.jsonl', 'last.safetensors', 'model.safetensors'];
  assert.deepEqual((await readdir(folder)).sort(), left);
});

test('a folder that is gone meanwhile is told of', async (t) => {
  const folder = await temporaryFolder(t);
  const run = await RunFolder.create(join(folder, 'run'), false);
  await rm(join(folder, 'run'), { recursive: true });
  await assert.rejects(run.writeRun({ state: 'complete' }), fails(1, /Cannot write to '.*run'/));
  await run.close();
});

test('there is no newest model where there is none', async (t) => {
  const folder = await temporaryFolder(t);
  assert.equal(await newestModel(join(folder, 'gone')), undefined);
  await mkdir(join(folder, 'run'));
  await writeFile(join(folder, 'run', 'run.json'), '{"state":"complete"}');
  await writeFile(join(folder, 'file'), '');
  assert.equal(await newestModel(folder), undefined);
});
