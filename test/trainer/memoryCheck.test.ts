// Trainings that memory is not enough for: the message, and that the command line in it works.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { evaluate } from '../../dist/commands/models/evaluate.js';
import { UserError } from '../../dist/core/errors.js';
import { alexNet, alexNetWidths } from '../../dist/model/alexnet.js';
import { withDefaults } from '../../dist/options/option.js';
import { retryCommand } from '../../dist/options/train/retryCommand.js';
import {
  resolveTrainOptions,
  type TrainOptions,
  trainOptions,
} from '../../dist/options/train/trainOptions.js';
import {
  machineMemory,
  requireMemoryForInference,
  requireMemoryForTraining,
  trainingMemory,
} from '../../dist/trainer/memoryCheck.js';
import type { TrainingEvent } from '../../dist/training/events.js';
import { trainNarrow } from '../commands/narrow.js';
import { drawFolder } from '../data/colouredFolder.js';
import { open } from '../engine/engines.js';
import { fillWasmHeap } from '../engine/wasmHeap.js';
import { temporaryFolder } from '../support.js';

/** The options in a command line, by way of a shell. */
function optionsIn(line: string): Partial<TrainOptions> {
  const words = execFileSync('bash', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
  assert.deepEqual(words.splice(0, 2), ['alexft', 'train']);
  const given: Record<string, unknown> = {};
  while (words.length > 0) {
    const flag = words.shift();
    const [name, option] = Object.entries(trainOptions).find(([, each]) => each.flag === flag) ?? [];
    assert.ok(name && option, flag);
    given[name] = option.placeholder ? option.parse(words.shift()!) : true;
  }
  return given as Partial<TrainOptions>;
}

const hintOf = (error: unknown): string => {
  assert.ok(error instanceof UserError, String(error));
  return error.hint ?? '';
};
const lineIn = (hint: string) => hint.split('\n').at(-1)!;

/** What a training throws whose memory is filled at an event; undefined where it goes through. */
async function outOfMemoryAt(
  options: Partial<TrainOptions>,
  isTime: (event: TrainingEvent) => boolean,
): Promise<unknown> {
  let free = () => {};
  const run = trainNarrow(options, {
    onEvent: (event) => {
      if (isTime(event))
        void fillWasmHeap(2).then((release) => {
          free = release;
        });
    },
  });
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  free();
  return error;
}

test('memory that runs out in the first step: the step, the figures, and the same run with smaller batches', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, "it's here");
  const out = join(folder, 'a run');
  await drawFolder(data, [10, 10]);
  const options = { data, out, device: 'wasm', seed: 5, epochs: 2, checkpointEvery: '1' } as const;
  const error = await outOfMemoryAt(options, ({ event }) => event === 'start');
  const hint = hintOf(error);
  assert.match(
    (error as UserError).message,
    /^Memory ran out in step 1 \(epoch 1\)\. There was no memory for .* bytes/,
  );
  assert.match(hint, /^With batches of 4:\nalexft train /);
  const again = optionsIn(lineIn(hint));
  assert.deepEqual(again, {
    ...again,
    data,
    out,
    force: true,
    batchSize: 4,
    seed: 5,
    weights: 'none',
    lr: 2e-3,
  });
  const { events } = await trainNarrow(again);
  assert.equal(events.at(-1)?.event, 'done');
});

test('memory that runs out after an epoch: on from its best model, for the epochs that are left', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  const out = join(folder, 'run');
  await drawFolder(data, [10, 10]);
  const options = { data, out, device: 'wasm', epochs: 3, warmup: 2, schedule: 'cosine' } as const;
  const error = await outOfMemoryAt(options, (event) => event.event === 'epoch' && event.epoch === 1);
  const hint = hintOf(error);
  assert.match(hint, /^To continue from its best model with batches of 4, for 2 more epochs:\n/);
  const again = optionsIn(lineIn(hint));
  assert.equal(again.weights, out);
  assert.equal(again.trainable, 'all');
  const { events } = await trainNarrow({ ...again, out: join(folder, 'next') });
  assert.equal(events.filter(({ event }) => event === 'epoch').length, 2);
  assert.ok(existsSync(join(out, 'model.safetensors')));
});

test('what can not be is refused before anything is made, what may not be is said', async () => {
  const engine = await open('wasm');
  const options = resolveTrainOptions(
    withDefaults(trainOptions, { data: 'x', weights: 'none', trainable: 'all', batchSize: 512 }),
  );
  const dataset = { classes: ['a', 'b'], paths: Array.from({ length: 5000 }, String) };
  const task = trainingMemory(engine, { dataset, config: options, widths: alexNetWidths });
  const run = { config: options, folder: 'models/x', begun: false, epochs: 0 };
  const retry = (batchSize: number) => retryCommand(run, batchSize);
  const native = { ...task, wasm: false };
  const onGpu = { ...native, gpuMemory: 2e9 };
  const said: string[] = [];
  const context = { onMessage: (text: string) => said.push(text), onProgress: () => {} };
  const refused = (memory: { total: number; available: number }, which = native) =>
    requireMemoryForTraining(which, retry, context, memory).then(() => '', hintOf);

  assert.equal(await refused({ total: 64e9, available: 32e9 }), '');
  assert.deepEqual(said, []);
  assert.equal(await refused({ total: 16e9, available: 4e9 }), '');
  assert.match(
    said.join(),
    /takes about 4\.\d+ GB, and 4\.00 GB are available now.*Batches of 256 would fit/,
  );
  assert.match(
    await refused({ total: 2.3e9, available: 2.2e9 }),
    /batches of 64:\nalexft train --data x --batch-size 64 --weights none/,
  );
  // A GPU has the tensors; the machine's memory is enough for the rest.
  assert.match(await refused({ total: 2.3e9, available: 2.2e9 }, onGpu), /batches of 128:/);
  assert.match(await refused({ total: 1e9, available: 1e9 }), /No batch size would fit/);
  assert.match(await refused({ total: 64e9, available: 64e9 }, task), /batches of 128:/);

  const inference = { layers: alexNet({ classes: 2 }), batchSize: 4096, images: 9000 };
  assert.throws(
    () => requireMemoryForInference(engine, inference, context, { total: 64e9, available: 64e9 }),
    /WebAssembly has/,
  );
  const { total, available } = machineMemory();
  assert.ok(available > 0 && available <= total);
});

test('an evaluation that runs out of memory', async (t) => {
  const folder = await temporaryFolder(t);
  await drawFolder(join(folder, 'images'), [10, 10]);
  const options = { data: join(folder, 'images'), out: join(folder, 'run'), device: 'wasm' } as const;
  await trainNarrow({ ...options, epochs: 1 });
  const free = await fillWasmHeap(2);
  t.after(free);
  await assert.rejects(
    evaluate({ data: options.data, model: options.out, device: 'wasm', batchSize: 16 }),
    (error) => /--batch-size 8/.test(hintOf(error)) && /^Memory ran out/.test((error as Error).message),
  );
});
