// A resumed run ends with the bits of one that was never stopped.

import assert from 'node:assert/strict';
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, relative } from 'node:path';
import { type TestContext, test } from 'node:test';
import { verify } from '../../dist/commands/runs/verify.js';
import { train } from '../../dist/commands/training/train.js';
import { UserError } from '../../dist/core/errors.js';
import type { TrainOptions } from '../../dist/options/train/trainOptions.js';
import { stepsIn } from '../../dist/run/checkpoint/checkpointFolder.js';
import type { TrainingEvent } from '../../dist/training/events.js';
import { readModel } from '../../dist/weights/modelFile.js';
import { narrow, narrowOptions, only, trainNarrow } from '../commands/narrow.js';
import { drawFolder } from '../data/colouredFolder.js';
import { engines } from '../engine/engines.js';
import { temporaryFolder } from '../support.js';

/** 15 images to train on, in batches of 4: steps 4, 8 and 12 end an epoch. */
async function prepare(t: TestContext, more: Partial<TrainOptions> = {}) {
  const folder = await temporaryFolder(t);
  await drawFolder(join(folder, 'images'), [10, 10]);
  const data = join(folder, 'images');
  const options = { data, valSplit: 0.25, epochs: 3, batchSize: 4, ...more };
  return { folder, data, options };
}

const sumOf = async (path: string) => (await readModel(path)).tensors;
/** The events, without what depends on the clock, and without the checkpoints. */
const told = (events: readonly TrainingEvent[]) =>
  events
    .filter(({ event }) => event === 'step' || event === 'epoch' || event === 'skipped')
    .map((event) => (event.event === 'epoch' ? { ...event, seconds: 0 } : event));
const eventsIn = async (run: string) =>
  (await readFile(join(run, 'events.jsonl'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as TrainingEvent);

/** Trains until the step, as a program that is killed after what is on the disk then. */
async function stopAfter(step: number, options: Partial<TrainOptions>) {
  const controller = new AbortController();
  await trainNarrow(options, {
    signal: controller.signal,
    onEvent: (event) => {
      if (event.event === 'step' && event.step === step) controller.abort();
    },
  });
}

const kinds: [string, Partial<TrainOptions>][] = [
  ['adam, all layers', {}],
  ['momentum, cosine', { optimizer: 'sgd', lr: 0.01, schedule: 'cosine', warmup: 0.5 }],
  ['plateau, two learning rates', { schedule: 'plateau', lrPatience: 0, lr: 0.01, lrFeatures: 0.001 }],
  ['classifier, kept features', { trainable: 'classifier' }],
  ['views, random in all ways', { trainable: 'classifier', augment: 'flip,crop,jitter,erase:1', views: 2 }],
  ['averaged, classifier', { trainable: 'classifier', ema: 0.9, optimizer: 'sgd', momentum: 0, lr: 0.01 }],
  ['mixed, classifier', { trainable: 'classifier', mixup: 0.4 }],
  ['the draws of torch', { reference: 'torch' }],
];

for (const { device, skip } of await engines()) {
  // What is saved does not depend on the engine, so one kind suffices for the second.
  for (const [name, more] of device === 'wasm' ? kinds.slice(0, 1) : kinds) {
    test(`stopped in an epoch, at its end and twice: the same bits (${name}, ${device})`, {
      skip,
    }, async (t) => {
      const { folder, options } = await prepare(t, { device, ...more });
      const whole = await trainNarrow({ ...options, out: join(folder, 'whole') });
      for (const stops of [[2], [4], [5, 7]]) {
        const out = join(folder, `stopped-${stops}`);
        await stopAfter(stops[0]!, { ...options, out });
        for (const step of stops.slice(1)) await stopAfter(step, { resume: out });
        await trainNarrow({ resume: out });
        for (const file of ['model.safetensors', 'last.safetensors']) {
          assert.deepEqual(await sumOf(join(out, file)), await sumOf(join(folder, 'whole', file)), file);
        }
        assert.deepEqual(told(await eventsIn(out)), told(whole.events));
        assert.deepEqual(await stepsIn(out), [], 'a complete run needs no checkpoint');
      }
    });
  }
}

const refuses = async (options: Partial<TrainOptions>, exitCode: number, message: RegExp) =>
  assert.rejects(trainNarrow(options), (error: UserError) => {
    assert.ok(error instanceof UserError, String(error));
    assert.match(error.message, message);
    assert.equal(error.exitCode, exitCode);
    assert.ok(error.hint);
    return true;
  });

test('what would make another training of it is refused', async (t) => {
  const { folder, data, options } = await prepare(t, { schedule: 'cosine' });
  const out = join(folder, 'run');
  await stopAfter(6, { ...options, out });
  await refuses({ resume: out, lr: 1 }, 2, /^--lr can't be changed/);
  await refuses({ resume: out, epochs: 9 }, 2, /--epochs can't be changed here: the schedule cosine/);
  await refuses({ resume: join(folder, 'nothing') }, 3, /no run to resume/);
  await rm(join(data, 'class-1', '0003.png'));
  await refuses(
    { resume: out },
    3,
    /The images are not those that the run began with: it had 20, and there are 19; 'class-1\/0003\.png' is missing/,
  );
  await writeFile(join(data, 'class-1', 'added.png'), 'no image');
  await refuses(
    { resume: out },
    3,
    /are 20; 'class-1\/0003\.png' is missing, and 'class-1\/added\.png' is new\./,
  );
  await refuses({ resume: out, val: data }, 2, /^--val can't be changed/);
});

test('a run is resumed from another working directory, and where its images have moved', async (t) => {
  const { folder, data } = await prepare(t);
  const val = join(folder, 'others');
  await drawFolder(val, [3, 3]);
  await writeFile(join(val, 'class-0', '0001.png'), 'no image');
  const out = join(folder, 'run');
  const [relativeData, relativeVal] = [data, val].map((path) => relative(process.cwd(), path));
  const options = { data: relativeData, val: relativeVal, epochs: 2, batchSize: 4, maxBad: 1 };
  const whole = await trainNarrow({ ...options, out: join(folder, 'whole') });
  await stopAfter(7, { ...options, out }); // after the unreadable image was found

  const directory = process.cwd();
  t.after(() => process.chdir(directory));
  process.chdir(folder);
  const { options: saved } = JSON.parse(await readFile(join(out, 'run.json'), 'utf8'));
  assert.deepEqual([saved.data, saved.val, saved.out], [data, val, out]);
  await stopAfter(8, { resume: out });

  await rename(data, 'moved-images');
  await rename(val, 'moved-others');
  const gone = (name: string) => new RegExp(`not in '${join(folder, name)}' any more`);
  await refuses({ resume: out }, 3, gone('images'));
  await refuses({ resume: out, data: 'moved-images' }, 3, gone('others'));
  await refuses({ resume: out, data: 'moved-others', val: 'moved-others' }, 3, /are not those .* is missing/);
  await trainNarrow({ resume: out, data: 'moved-images', val: 'moved-others' });
  const last = 'last.safetensors';
  assert.deepEqual(await sumOf(join(out, last)), await sumOf(join(folder, 'whole', last)));
  assert.deepEqual(told(await eventsIn(out)).length, told(whole.events).length);
});

test('a run without a checkpoint is not restarted with other images', async (t) => {
  const { folder, options } = await prepare(t);
  const out = join(folder, 'run');
  await stopAfter(2, { ...options, out });
  await rm(join(out, 'checkpoint'), { recursive: true });
  await drawFolder(join(folder, 'others'), [9, 10]);
  await refuses({ resume: out, data: join(folder, 'others') }, 3, /it had 20, and there are 19/);
});

test('an image with other bytes under its name, size and time is noticed', async (t) => {
  const { folder, data, options } = await prepare(t);
  const out = join(folder, 'run');
  await stopAfter(6, { ...options, out });
  const path = join(data, 'class-1', '0003.png');
  const bytes = await readFile(path);
  const { atime, mtime } = await stat(path);
  const changed = Buffer.from(bytes);
  changed[changed.length - 20]! ^= 1;
  await writeFile(path, changed);
  await utimes(path, atime, mtime);
  await refuses({ resume: out }, 3, /: 'class-1\/0003\.png' has other bytes\./);
  await writeFile(path, bytes);
  await trainNarrow({ resume: out });
});

test('a run that is complete is extended where its checkpoint was kept', async (t) => {
  const { folder, options } = await prepare(t);
  const whole = await trainNarrow({ ...options, epochs: 5, out: join(folder, 'whole') });
  const out = join(folder, 'run');
  await trainNarrow({ ...options, out, keepCheckpoint: true });
  await refuses({ resume: out }, 2, /has completed its 3 epochs/);
  await trainNarrow({ resume: out, epochs: 5 });
  assert.deepEqual(told(await eventsIn(out)).length, told(whole.events).length);
  assert.deepEqual(
    await sumOf(join(out, 'last.safetensors')),
    await sumOf(join(folder, 'whole', 'last.safetensors')),
  );
  await trainNarrow({ ...options, out: join(folder, 'other') });
  await refuses(
    { resume: join(folder, 'other'), epochs: 5 },
    3,
    /is complete, and its checkpoint was removed/,
  );
});

test('a damaged checkpoint is reported, and the one before it taken', async (t) => {
  const { folder, options } = await prepare(t);
  await trainNarrow({ ...options, out: join(folder, 'whole') });
  for (const file of ['parameters.safetensors', 'optimizer.safetensors', 'state.json', 'SHA256SUMS']) {
    const out = join(folder, file);
    await stopAfter(10, { ...options, out });
    assert.deepEqual(await stepsIn(out), [10, 8]);
    const path = join(out, 'checkpoint', '10', file);
    const bytes = await readFile(path);
    bytes[Math.floor(bytes.length / 2)]! ^= 4;
    await writeFile(path, bytes);
    const { messages } = await trainNarrow({ resume: out });
    assert.match(messages.join('\n'), /The checkpoint of step 10 is damaged .*: trying the one before it/);
    const [resumed, whole] = await Promise.all([
      sumOf(join(out, 'last.safetensors')),
      sumOf(join(folder, 'whole', 'last.safetensors')),
    ]);
    assert.deepEqual(resumed, whole);
  }
});

test('a run that was stopped before its first checkpoint begins again, to the same end', async (t) => {
  const { folder, options } = await prepare(t);
  await trainNarrow({ ...options, out: join(folder, 'whole') });
  const out = join(folder, 'run');
  await stopAfter(2, { ...options, out });
  await rm(join(out, 'checkpoint'), { recursive: true });
  const { messages } = await trainNarrow({ resume: out });
  assert.match(messages.join('\n'), /no checkpoint/);
  assert.deepEqual(
    await sumOf(join(out, 'last.safetensors')),
    await sumOf(join(folder, 'whole', 'last.safetensors')),
  );
});

test('an unreadable image is reported once, before and after', async (t) => {
  const { folder, data, options } = await prepare(t, { maxBad: 1 });
  await writeFile(join(data, 'class-0', '0004.png'), 'no image');
  const whole = await trainNarrow({ ...options, out: join(folder, 'whole') });
  const out = join(folder, 'run');
  await stopAfter(9, { ...options, out });
  await trainNarrow({ resume: out });
  assert.deepEqual(told(await eventsIn(out)), told(whole.events));
});

test('the best model comes back as the checkpoint knows it, or is chosen again', async (t) => {
  const { folder, options } = await prepare(t);
  const best = 'model.safetensors';
  await trainNarrow({ ...options, out: join(folder, 'whole') });
  const whole = await readFile(join(folder, 'whole', best));
  const resumed = async (name: string, damage: (out: string) => Promise<void>) => {
    const out = join(folder, name);
    await stopAfter(10, { ...options, out });
    await damage(out);
    return { out, ...(await trainNarrow({ resume: out })) };
  };
  const gone = await resumed('gone', (out) => rm(join(out, best)));
  assert.deepEqual(gone.messages, []);
  assert.deepEqual(await readFile(join(gone.out, best)), whole);
  // As of a process that was killed after it had saved a later best, and before its checkpoint.
  const later = await resumed('later', async (out) => {
    await rm(join(out, best));
    await writeFile(join(out, best), await readFile(join(out, 'last.safetensors')));
  });
  assert.deepEqual(await readFile(join(later.out, best)), whole);
  const lost = await resumed('lost', async (out) => {
    await rm(join(out, best));
    await rm(join(out, 'checkpoint', '10', 'best.safetensors'));
  });
  assert.match(lost.messages.join(), /The best model of the run, of epoch \d, is damaged or missing/);
  assert.equal((await readModel(lost.out)).training.epoch, 3);
});

test('a run that was to stop early, and was killed before it could, stops there', async (t) => {
  // Nothing is learnt: the loss does not fall.
  const { folder, options } = await prepare(t, { epochs: 6, earlyStop: 2, lr: 1e-9, augment: 'none' });
  const whole = await trainNarrow({ ...options, out: join(folder, 'whole') });
  const epochs = whole.events.filter(({ event }) => event === 'epoch').length;
  assert.ok(epochs < 6);
  const out = join(folder, 'run');
  const controller = new AbortController();
  await trainNarrow(
    { ...options, out },
    {
      signal: controller.signal,
      onEvent: (event) => {
        if (event.event === 'checkpoint' && event.step === 4 * epochs) controller.abort();
      },
    },
  );
  const { events } = await trainNarrow({ resume: out });
  assert.equal(events.filter(({ event }) => event === 'epoch').length, 0);
  assert.deepEqual(told(await eventsIn(out)), told(whole.events));
});

test('where no checkpoint is whole, nothing is begun again or thrown away', async (t) => {
  const { folder, options } = await prepare(t);
  const out = join(folder, 'run');
  await stopAfter(10, { ...options, out });
  for (const step of await stepsIn(out)) await rm(join(out, 'checkpoint', `${step}`, 'state.json'));
  const model = await readFile(join(out, 'model.safetensors'));
  await refuses({ resume: out }, 3, /Every checkpoint of the run in .* is damaged/);
  assert.deepEqual(await readFile(join(out, 'model.safetensors')), model);
});

test('a log that has lost its end is reported; the training is whole', async (t) => {
  const { folder, options } = await prepare(t);
  const whole = await trainNarrow({ ...options, out: join(folder, 'whole') });
  const out = join(folder, 'run');
  await stopAfter(10, { ...options, out });
  const log = join(out, 'events.jsonl');
  await writeFile(log, (await readFile(log)).subarray(0, -500));
  const { messages } = await trainNarrow({ resume: out });
  assert.match(messages.join(), /events\.jsonl has lost \d+ of its \d+ bytes/);
  assert.deepEqual((await eventsIn(out)).at(-1)!.event, 'done');
  assert.deepEqual(only(whole.events, 'done').best, only(await eventsIn(out), 'done').best);
});

test('verify names what is damaged, and nothing else', async (t) => {
  const { folder, options } = await prepare(t);
  const out = join(folder, 'run');
  await stopAfter(10, { ...options, out });
  const whole = await verify(out);
  assert.ok(whole.ok);
  assert.equal(whole.state, 'interrupted');
  const files = whole.files.map(({ file }) => file);
  assert.deepEqual(files, [
    'run.json',
    'split.json',
    'events.jsonl',
    'model.safetensors',
    'last.safetensors',
    join('checkpoint', '10'),
    join('checkpoint', '8'),
  ]);
  for (const file of ['last.safetensors', 'model.safetensors', join('checkpoint', '8', 'state.json')]) {
    const path = join(out, file);
    const bytes = await readFile(path);
    const changed = Buffer.from(bytes);
    changed[changed.length - 5]! ^= 1;
    await rm(path); // another name for the same bytes is to stay as it is
    await writeFile(path, changed);
    const damaged = (await verify(out)).files.filter(({ ok }) => !ok);
    assert.deepEqual(
      damaged.map((each) => each.file),
      [file.startsWith('checkpoint') ? join('checkpoint', '8') : file],
    );
    await writeFile(path, bytes);
  }
  await assert.rejects(verify(folder), { exitCode: 3, message: /to be a run folder/ });
});

test('of two that resume a run, or train into one folder, one is refused', async (t) => {
  const { folder, options } = await prepare(t);
  const out = join(folder, 'run');
  const refused = { exitCode: 1, message: /is training into/ };
  let asked = false;
  const second = async (event: TrainingEvent) => {
    if (event.event !== 'step' || asked) return;
    asked = true;
    await assert.rejects(trainNarrow({ resume: out }), refused);
    await assert.rejects(trainNarrow({ ...options, out, force: true }), refused);
  };
  for await (const event of train({ ...narrowOptions, ...options, out }, undefined, { widths: narrow })) {
    await second(event);
  }
  assert.ok(asked);
  // A lock of a process that is gone does not count.
  const gone = { pid: process.pid, host: hostname(), started: 'another time', token: 'x' };
  await writeFile(join(out, 'run.lock'), JSON.stringify(gone));
  await trainNarrow({ ...options, out, force: true });
});
