// What a recorder leaves in the run's folder, and when.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { StateDict } from '../../../dist/model/stateDict.js';
import type { TrainOptions } from '../../../dist/options/train/trainOptions.js';
import { stepsIn } from '../../../dist/run/checkpoint/checkpointFolder.js';
import { startRecording } from '../../../dist/run/recording/recorder.js';
import { Run } from '../../../dist/run/run.js';
import type { DoneEvent, EpochEvent } from '../../../dist/training/events.js';
import { readModel } from '../../../dist/weights/modelFile.js';
import { smallTrainer } from '../../trainer/smallTrainer.js';

async function prepare(t: TestContext, given: Partial<TrainOptions> = {}, signal?: AbortSignal) {
  const small = await smallTrainer(t, given, signal ? { signal } : {});
  const path = join(small.folder, 'run');
  const run = await Run.create({ ...small.config, out: path });
  t.after(() => run[Symbol.asyncDispose]());
  const recorder = await startRecording(run, small.trainer, small.context);
  const files = async () =>
    (await readdir(path)).filter((name) => /safetensors|checkpoint/.test(name)).sort();
  const state = async () => JSON.parse(await readFile(join(path, 'run.json'), 'utf8')).state as string;
  return { ...small, path, recorder, files, state };
}

/** A copy out of the engine. */
const copied = (tensors: StateDict) =>
  new Map(Array.from(tensors, ([name, { shape, data }]) => [name, { shape, data: data.slice() }]));

/** Trains up to step 6, in the second epoch, and gives the best model so far. */
async function trainSixSteps({
  trainer,
  recorder,
}: Pick<Awaited<ReturnType<typeof prepare>>, 'trainer' | 'recorder'>) {
  let best: StateDict | undefined;
  for await (const event of trainer.train()) {
    for await (const _ of recorder.record(event));
    if (event.event === 'epoch' && event.best) best = copied(trainer.network.state());
    if (event.event === 'step' && event.step === 6) break;
  }
  return best;
}

const tensorsIn = async (path: string) => (await readModel(path)).tensors;

test('until a save is due nothing is written but events; the end writes the best and the last model', async (t) => {
  const { trainer, recorder, path, files, state } = await prepare(t, { checkpointEvery: '1h' });
  assert.equal(recorder.startEvent.event, 'start');
  let best: StateDict | undefined;
  for await (const event of trainer.train()) {
    for await (const _ of recorder.record(event));
    if (event.event === 'epoch' && event.best) best = copied(trainer.network.state());
    assert.deepEqual(await files(), []);
  }
  assert.equal(await state(), 'running');
  const finishing = recorder.finish();
  const { value, done } = await finishing.next();
  assert.ok(done && value.event === 'done');
  await recorder[Symbol.asyncDispose]();
  assert.deepEqual(await files(), ['last.safetensors', 'model.safetensors']);
  assert.equal(await state(), 'complete');
  assert.deepEqual(await tensorsIn(path), best, 'the model of the best epoch');
  assert.deepEqual(await tensorsIn(join(path, 'last.safetensors')), copied(trainer.network.state()));
  const lines = (await readFile(join(path, 'events.jsonl'), 'utf8')).trimEnd().split('\n');
  assert.deepEqual(
    [lines[0], lines.at(-1)].map((line) => JSON.parse(line!).event),
    ['start', 'done'],
  );
});

test('a training that stops in the middle is saved, with a checkpoint of its last step', async (t) => {
  const { trainer, recorder, path, files, state } = await prepare(t, { checkpointEvery: '1h' });
  const best = await trainSixSteps({ trainer, recorder });
  await recorder[Symbol.asyncDispose]();
  assert.deepEqual(await stepsIn(path), [6]);
  assert.deepEqual(await files(), ['checkpoint', 'last.safetensors', 'model.safetensors']);
  assert.deepEqual(await tensorsIn(path), best);
  assert.equal(await state(), 'interrupted');
});

test('a training that fails keeps its best model, which was not on the disk yet', async (t) => {
  const { trainer, recorder, path, files, state } = await prepare(t, { checkpointEvery: '1h' });
  const best = await trainSixSteps({ trainer, recorder });
  const { event, error } = await recorder.fail(new Error('out of luck'));
  await recorder[Symbol.asyncDispose]();
  assert.deepEqual([event.message, (error as Error).message], ['out of luck', 'out of luck']);
  assert.deepEqual(await files(), ['model.safetensors']);
  assert.deepEqual(await tensorsIn(path), best);
  assert.equal(await state(), 'failed');
});

for (const checkpointEvery of ['1', '4', 'epoch', '1h']) {
  test(`the models have the figures of their epochs (checkpoints: ${checkpointEvery})`, async (t) => {
    const { trainer, recorder, path } = await prepare(t, { checkpointEvery });
    const epochs = new Map<number, EpochEvent>();
    for await (const event of trainer.train()) {
      if (event.event === 'epoch') epochs.set(event.epoch, event);
      for await (const _ of recorder.record(event));
    }
    const { value } = await recorder.finish().next();
    await recorder[Symbol.asyncDispose]();
    const best = (value as DoneEvent).best.epoch;
    for (const [file, epoch] of [
      ['last.safetensors', 3],
      ['model.safetensors', best],
    ] as const) {
      const { training } = await readModel(join(path, file));
      const { loss, accuracy, valLoss, valAccuracy } = epochs.get(epoch)!;
      const { trainable, weights, seed, alexft, ...figures } = training;
      assert.deepEqual(figures, { steps: 4 * epoch, epoch, loss, accuracy, valLoss, valAccuracy }, file);
    }
  });
}
