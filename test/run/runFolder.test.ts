import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../dist/core/errors.js';
import { requireNoRun } from '../../dist/run/existingRun.js';
import { defaultRunFolder, newestModel } from '../../dist/run/runFiles.js';
import { RunFolder } from '../../dist/run/runFolder.js';
import { readModel } from '../../dist/weights/modelFile.js';
import { constantState, describedAs } from '../commands/models.js';
import { temporaryFolder } from '../support.js';

const fails = (exitCode: number, message: RegExp) => (error: unknown) =>
  error instanceof UserError && error.exitCode === exitCode && message.test(error.message);

test('the default folder is named by the time, in UTC', () => {
  const start = new Date('2026-01-02T03:04:05.678+01:00');
  assert.equal(defaultRunFolder(start), join('models', '2026-01-02-020405'));
});

test('requireNoRun changes nothing', async (t) => {
  const folder = await temporaryFolder(t);
  await requireNoRun(join(folder, 'a', 'b'));
  assert.deepEqual(await readdir(folder), []);
  await writeFile(join(folder, 'events.jsonl'), '');
  await writeFile(join(folder, 'split.json'), '');
  await requireNoRun(folder); // killed before it had a run.json
  await rm(join(folder, 'split.json'));
  await writeFile(join(folder, 'events.jsonl'), '{"event":"step","step":1}\n');
  await writeFile(join(folder, 'other'), '');
  await assert.rejects(requireNoRun(folder), fails(2, /already has a run \(events\.jsonl\)/));
  await assert.rejects(requireNoRun(join(folder, 'other')), fails(1, /Cannot write to '.*other'/));
  assert.deepEqual((await readdir(folder)).sort(), ['events.jsonl', 'other']);
});

test('best and last: each is whole, and the best one stays when the last one changes', async (t) => {
  const folder = await temporaryFolder(t);
  const run = await RunFolder.create(folder);
  const save = async (epoch: number, best: 'linked' | 'copied' | undefined) => {
    const description = { ...describedAs(['a', 'b']), training: { epoch } };
    await run.saveModel('last', constantState([epoch, 0]), description, epoch);
    if (best === 'linked') await run.lastIsBest();
    if (best === 'copied') await run.saveModel('best', constantState([epoch, 0]), description, epoch);
  };
  const epochs = async () => {
    const [best, last] = [await readModel(folder), await readModel(join(folder, 'last.safetensors'))];
    for (const { tensors, training } of [best, last]) {
      assert.deepEqual(tensors, constantState([Number(training.epoch), 0]));
    }
    return [best.training.epoch, last.training.epoch];
  };
  await save(1, 'linked');
  assert.deepEqual(await epochs(), [1, 1]);
  await save(2, undefined);
  assert.deepEqual(await epochs(), [1, 2]);
  await save(3, 'copied');
  assert.deepEqual(await epochs(), [3, 3]);
  await save(4, 'linked');
  assert.deepEqual(await epochs(), [4, 4]);
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

test('a folder that was removed meanwhile is an error', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'run'));
  const run = await RunFolder.create(join(folder, 'run'));
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
