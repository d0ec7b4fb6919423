// The command from a folder of images to a run's folder, on a narrow network.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, truncateSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { predict } from '../../../dist/commands/models/predict.js';
import { train } from '../../../dist/commands/training/train.js';
import { UserError } from '../../../dist/core/errors.js';
import { version } from '../../../dist/core/version.js';
import { imageNetPreprocessing } from '../../../dist/data/transforms/preprocessing.js';
import type { TrainOptions } from '../../../dist/options/train/trainOptions.js';
import type { EpochEvent, TrainingEvent } from '../../../dist/training/events.js';
import { readModel } from '../../../dist/weights/modelFile.js';
import { drawFolder } from '../../data/colouredFolder.js';
import { engines } from '../../engine/engines.js';
import { setEnvironment, temporaryFolder } from '../../support.js';
import { narrow, narrowOptions, only, trainNarrow } from '../narrow.js';

const fails = (exitCode: number, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof UserError, String(error));
  assert.match(error.message, message);
  assert.equal(error.exitCode, exitCode);
  assert.ok(error.hint, 'says what to do');
  return true;
};
const readJson = async (path: string) => JSON.parse(await readFile(path, 'utf8'));
const epochsOf = (events: TrainingEvent[]) => events.filter((event) => event.event === 'epoch');
const runFiles = ['events.jsonl', 'last.safetensors', 'model.safetensors', 'run.json', 'split.json'];

test('a run: its events, its files, and the models of the best and of the last epoch', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  const out = join(folder, 'run');
  await drawFolder(data, [12, 12]);
  // A learning rate that spoils the network, so that the best model is not the last.
  const tensorsAfter = new Map<number, unknown>();
  const events: TrainingEvent[] = [];
  const options = { ...narrowOptions, data, out, epochs: 4, lr: 0.05, valSplit: 0.25 };
  for await (const event of train(options, undefined, { widths: narrow })) {
    events.push(event);
    if (event.event === 'checkpoint' || event.event === 'done') {
      const { tensors } = await readModel(join(out, 'last.safetensors'));
      tensorsAfter.set(epochsOf(events).length, tensors);
    }
  }

  assert.deepEqual(
    events.map(({ event }) => event),
    [
      'start',
      // The last epoch needs no checkpoint: nothing comes after it.
      ...Array.from({ length: 4 }, () => ['step', 'step', 'step', 'epoch', 'checkpoint'])
        .flat()
        .slice(0, -1),
      'done',
    ],
  );
  const lines = (await readFile(join(out, 'events.jsonl'), 'utf8')).trimEnd().split('\n');
  assert.deepEqual(
    lines,
    events.map((event) => JSON.stringify(event)),
  );

  const { options: resolved, engine, device, ...start } = only(events, 'start');
  assert.match(device, /^(cpu|wasm)$/);
  assert.match(engine, /^(TensorFlow 2\.\d+\.\d+ on the CPU|WebAssembly \(tfjs 4\.\d+\.\d+\), one thread)$/);
  assert.equal(resolved.trainable, 'all');
  assert.equal(resolved.lr, 0.05);
  assert.equal(resolved.valSplit, 0.25);
  assert.deepEqual(start, {
    event: 'start',
    schema: 1,
    weights: 'none',
    classes: ['class-0', 'class-1'],
    images: 24,
    train: 18,
    validation: 6,
    skipped: 0,
    model: out,
  });

  const epochs = epochsOf(events);
  const best = epochs.findLast((event) => event.best)!;
  const rank = ({ valAccuracy, valLoss }: EpochEvent) => [-valAccuracy!, valLoss!] as const;
  const ranked = epochs.toSorted((a, b) => rank(a)[0] - rank(b)[0] || rank(a)[1] - rank(b)[1]);
  assert.equal(best.epoch, ranked[0]!.epoch);
  const { seconds, ...done } = only(events, 'done');
  assert.ok(seconds > 0);
  assert.deepEqual(done, {
    event: 'done',
    model: out,
    device,
    weights: 'none',
    images: 24,
    skipped: 0,
    epochs: 4,
    best: { epoch: best.epoch, valAccuracy: best.valAccuracy, valLoss: best.valLoss },
  });

  assert.deepEqual((await readdir(out)).sort(), runFiles);
  const model = await readModel(out);
  assert.deepEqual(model.tensors, tensorsAfter.get(best.epoch));
  assert.deepEqual((await readModel(join(out, 'last.safetensors'))).tensors, tensorsAfter.get(4));
  assert.deepEqual(model.classes, ['class-0', 'class-1']);
  assert.deepEqual(model.preprocessing, imageNetPreprocessing);
  assert.deepEqual(model.architecture, { name: 'alexnet', widths: narrow, dropout: 0.5 });
  assert.deepEqual(model.training, {
    alexft: version,
    weights: 'none',
    trainable: 'all',
    seed: 0,
    steps: best.epoch * 3,
    epoch: best.epoch,
    loss: best.loss,
    accuracy: best.accuracy,
    valLoss: best.valLoss,
    valAccuracy: best.valAccuracy,
  });

  const run = await readJson(join(out, 'run.json'));
  assert.equal(run.schema, 1);
  assert.equal(run.state, 'complete');
  assert.equal(run.weights, 'none');
  assert.equal(run.device, device);
  assert.equal(run.seed, 0);
  assert.deepEqual(run.options, JSON.parse(JSON.stringify(resolved)));
  assert.deepEqual(run.versions, { alexft: version, node: process.version });
  assert.deepEqual(run.epochs, epochs);

  const split = await readJson(join(out, 'split.json'));
  assert.equal(split.files.length, 24);
  const { side, sha256, ...file } = split.files[0];
  assert.deepEqual(file, { file: 'class-0/0000.png', class: 'class-0' });
  assert.match(side, /^(train|validation)$/);
  const bytes = await readFile(join(data, 'class-0', '0000.png'));
  assert.equal(sha256, createHash('sha256').update(bytes).digest('hex'));
  const validation = split.files.filter(({ side }: { side: string }) => side === 'validation');
  assert.deepEqual(
    validation.map((file: { class: string }) => file.class),
    ['class-0', 'class-0', 'class-0', 'class-1', 'class-1', 'class-1'],
  );
});

test('a run is not overwritten without force, and refused before anything is read', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  const out = join(folder, 'run');
  await mkdir(out);
  await writeFile(join(out, 'model.safetensors'), 'precious');
  await writeFile(join(out, 'notes.txt'), 'mine');
  // The folder of images does not exist yet: who asks for it first has looked too late.
  await assert.rejects(trainNarrow({ data, out }), fails(2, /already has a run \(model\.safetensors\)/));
  assert.deepEqual((await readdir(out)).sort(), ['model.safetensors', 'notes.txt']);

  await drawFolder(data, [4, 4]);
  const { events } = await trainNarrow({ data, out, epochs: 1, force: true });
  assert.equal(only(events, 'done').epochs, 1);
  assert.deepEqual((await readModel(out)).classes, ['class-0', 'class-1']);
  assert.equal(await readFile(join(out, 'notes.txt'), 'utf8'), 'mine');
});

test('a folder of its own to validate on: classes by name, every file in split.json', async (t) => {
  const folder = await temporaryFolder(t);
  const [data, val] = [join(folder, 'images'), join(folder, 'others')];
  await drawFolder(data, [8, 8, 8]);
  await drawFolder(val, [3, 3, 3]);
  await rm(join(val, 'class-1'), { recursive: true }); // an absent class is fine: class-2 has label 1 there
  const { events } = await trainNarrow({ data, val, out: join(folder, 'run'), epochs: 10 });
  const start = only(events, 'start');
  assert.deepEqual([start.images, start.train, start.validation], [30, 24, 6]);
  assert.equal(only(events, 'done').best.valAccuracy, 1, 'by place, class-2 would be taken for class-1');
  const { files } = await readJson(join(folder, 'run', 'split.json'));
  assert.equal(files.length, 30);
  const last = await readFile(join(val, 'class-2', '0002.png'));
  const sha256 = createHash('sha256').update(last).digest('hex');
  assert.deepEqual(files.at(-1), {
    ...{ file: 'class-2/0002.png', class: 'class-2', side: 'validation', sha256 },
  });
  assert.equal(files.filter(({ side }: { side: string }) => side === 'train').length, 24);

  await rename(join(val, 'class-2'), join(val, 'bird'));
  const out = join(folder, 'run2');
  await assert.rejects(trainNarrow({ data, val, out }), fails(3, /has unknown classes: 'bird'/));
  assert.ok(!existsSync(out));
});

test('without validation the last epoch is the best', async (t) => {
  const folder = await temporaryFolder(t);
  await drawFolder(folder, [4, 5]);
  const out = join(folder, 'class-0', 'run'); // no images in it: it may lie anywhere
  const { events } = await trainNarrow({ data: folder, out, valSplit: 0, epochs: 3 });
  assert.equal(only(events, 'start').validation, 0);
  for (const epoch of epochsOf(events)) assert.ok(epoch.best && !('valLoss' in epoch));
  assert.deepEqual(only(events, 'done').best, { epoch: 3 });
  assert.equal((await readModel(out)).training.epoch, 3);
});

for (const { title, counts, ...options } of [
  { title: '2 classes, one 30 times the other', counts: [60, 2] },
  { title: '10 classes', counts: Array.from({ length: 10 }, () => 6), epochs: 1 },
  {
    title: '200 classes, from 1 to 4 images',
    counts: Array.from({ length: 200 }, (_, i) => 1 + (i % 4)),
    epochs: 1,
  },
]) {
  test(`${title}: in the scan's order, a part of each class for validation`, async (t) => {
    const folder = await temporaryFolder(t);
    const data = join(folder, 'images');
    const out = join(folder, 'run');
    await drawFolder(data, counts);
    const { events } = await trainNarrow({ data, out, batchSize: 32, ...options });
    const total = counts.reduce((sum, n) => sum + n, 0);
    assert.equal(only(events, 'done').images, total);
    const { classes, files } = await readJson(join(out, 'split.json'));
    assert.deepEqual(classes, (await readdir(data)).sort());
    assert.equal(files.length, total);
    const sides = (name: string, side: string) =>
      files.filter((file: { class: string; side: string }) => file.class === name && file.side === side)
        .length;
    for (const [label, name] of classes.entries()) {
      assert.equal(sides(name, 'train') + sides(name, 'validation'), counts[label]);
      assert.ok(sides(name, 'train') > 0, name);
      if (counts[label]! > 1) assert.ok(sides(name, 'validation') > 0, name);
    }
    const { tensors } = await readModel(out);
    assert.deepEqual(tensors.get('classifier.6.weight')!.shape, [counts.length, 16]);
  });
}

test('any name: Unicode, spaces, quotes, nested folders', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'Bilder für “alle” 🐈');
  const names = ['__proto__', 'Café', '10', '9', '犬', 'İstanbul \'"<&', '🐕‍🦺 dog'];
  await drawFolder(
    data,
    names.map(() => 3),
  );
  for (const [label, name] of names.entries()) await rename(join(data, `class-${label}`), join(data, name));
  await mkdir(join(data, '犬', 'ein/weiterer Ordner'), { recursive: true });
  await rename(join(data, '犬', '0001.png'), join(data, '犬', 'ein/weiterer Ordner', 'Ω.png'));
  const out = join(folder, 'mödel');
  const { events } = await trainNarrow({ data, out, epochs: 1 });
  // By code point, as Python sorts.
  const sorted = ['10', '9', 'Café', '__proto__', 'İstanbul \'"<&', '犬', '🐕‍🦺 dog'];
  assert.deepEqual(only(events, 'start').classes, sorted);
  assert.deepEqual((await readModel(out)).classes, sorted);
  for await (const result of predict([join(data, '犬')], { model: out, noSetup: true })) {
    assert.ok('label' in result, JSON.stringify(result));
    assert.deepEqual(Object.keys(result.probabilities).sort(), sorted.toSorted());
    assert.equal(result.probability, Math.max(...Object.values(result.probabilities)));
  }
});

test('unreadable images are named once, counted and left out', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  const { paths } = await drawFolder(data, [12, 12]);
  await writeFile(paths[0]!, '');
  await writeFile(paths[13]!, 'no image');
  const out = join(folder, 'run');
  const { events } = await trainNarrow({ data, out, valSplit: 0, epochs: 3 });
  const skipped = events.filter((event) => event.event === 'skipped');
  assert.deepEqual(skipped.map(({ file }) => file).sort(), ['class-0/0000.png', 'class-1/0001.png']);
  assert.equal(skipped.find(({ file }) => file === 'class-0/0000.png')!.reason, 'empty file');
  const { images, skipped: count } = only(events, 'done');
  assert.deepEqual([images, count], [22, 2]);
  assert.equal((await readJson(join(out, 'run.json'))).skipped, 2);
});

test('files that go, break or become something else while the training reads: named, and left out from then on', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  const { paths } = await drawFolder(data, [12, 12]);
  const { events } = await trainNarrow(
    { data, out: join(folder, 'run'), valSplit: 0, epochs: 3, maxBad: 0.5, device: 'wasm' },
    {
      onEvent: (event) => {
        if (event.event !== 'epoch' || event.epoch !== 1) return;
        rmSync(paths[0]!);
        truncateSync(paths[5]!, 40);
        rmSync(paths[13]!);
        mkdirSync(paths[13]!);
      },
    },
  );
  const skipped = events
    .filter((event) => event.event === 'skipped')
    .map(({ file, reason }) => [file, reason]);
  assert.deepEqual(skipped.sort(), [
    ['class-0/0000.png', 'no such file'],
    ['class-0/0005.png', 'truncated'],
    ['class-1/0001.png', 'a folder, not a file'],
  ]);
  const { images, skipped: count } = only(events, 'done');
  assert.deepEqual([images, count], [21, 3]);
});

test('more unreadable images than --max-bad allows end the run: exit 3, state failed', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  const { paths } = await drawFolder(data, [10, 10]);
  for (const path of [0, 3, 6].map((index) => paths[index]!)) await writeFile(path, 'no image');
  const out = join(folder, 'run');
  const told: TrainingEvent[] = [];
  await assert.rejects(
    trainNarrow({ data, out, valSplit: 0 }, { onEvent: (event) => told.push(event) }),
    fails(3, /3 of 20 files are unreadable so far, more than --max-bad 0\.1 allows/),
  );
  const run = await readJson(join(out, 'run.json'));
  assert.equal(run.state, 'failed');
  assert.match(run.error, /--max-bad/);
  assert.deepEqual(told.at(-1), { event: 'error', message: run.error });
  const lines = (await readFile(join(out, 'events.jsonl'), 'utf8')).trimEnd().split('\n');
  assert.deepEqual(JSON.parse(lines.at(-1)!), told.at(-1));

  const { events } = await trainNarrow({ data, out, valSplit: 0, epochs: 1, maxBad: 0.15, force: true });
  assert.equal(only(events, 'done').skipped, 3, '15% of 20 is just what is allowed');
});

for (const { title, when } of [
  { title: 'in the first epoch', when: 2 },
  { title: 'later', when: 5 },
]) {
  test(`the signal ends a run ${title}: interrupted, with the last model on disk`, async (t) => {
    const folder = await temporaryFolder(t);
    const data = join(folder, 'images');
    const { paths } = await drawFolder(data, [12, 12]);
    const out = join(folder, 'run');
    const controller = new AbortController();
    const { events } = await trainNarrow(
      { data, out, epochs: 9, valSplit: 0.25 },
      {
        signal: controller.signal,
        onEvent: (event) => {
          if (event.event === 'step' && event.step === when) controller.abort();
        },
      },
    );
    assert.equal(events.filter(({ event }) => event === 'step').length, when);
    assert.equal(events.filter(({ event }) => event === 'done').length, 0);
    assert.equal((await readJson(join(out, 'run.json'))).state, 'interrupted');
    const last = await readModel(join(out, 'last.safetensors'));
    assert.equal(last.training.steps, when);
    for await (const result of predict([paths[0]!], {
      model: join(out, 'last.safetensors'),
      noSetup: true,
    })) {
      assert.ok('label' in result);
    }
    // The best is that of the epoch that was completed; where none was, there is but one model.
    assert.equal((await readModel(out)).training.steps, when === 5 ? 3 : 2);
  });
}

test('who stops reading the events stops the run', async (t) => {
  const folder = await temporaryFolder(t);
  await drawFolder(folder, [6, 6]);
  const out = join(folder, 'class-0', 'run');
  const options = { ...narrowOptions, data: folder, out, epochs: 9 };
  for await (const event of train(options, undefined, { widths: narrow })) {
    if (event.event === 'step') break;
  }
  assert.equal((await readJson(join(out, 'run.json'))).state, 'interrupted');
  assert.equal((await readModel(join(out, 'last.safetensors'))).training.steps, 1);
});

for (const { device, skip } of await engines()) {
  test(`head needs trained layers under it (${device})`, { skip }, async (t) => {
    const folder = await temporaryFolder(t);
    const data = join(folder, 'images');
    const out = join(folder, 'run');
    await drawFolder(data, [4, 4]);
    const head: Partial<TrainOptions> = { data, device, trainable: 'head' };
    await assert.rejects(
      trainNarrow({ ...head, out }),
      fails(2, /--trainable head freezes 'features\.0\.weight'/),
    );
    assert.ok(!existsSync(out));

    // With all layers of an earlier model it works, and its other layers stay as they were, to the bit.
    const first = join(folder, 'first');
    await trainNarrow({ data, device, out: first, epochs: 1 });
    const { events, messages } = await trainNarrow({ ...head, weights: first, out, epochs: 1 });
    assert.equal(only(events, 'start').weights, first);
    assert.doesNotMatch(messages.join('\n'), /initialized randomly/);
    const [before, after] = [await readModel(first), await readModel(out)];
    for (const [name, tensor] of after.tensors) {
      if (name.startsWith('classifier.6')) assert.notDeepEqual(tensor, before.tensors.get(name), name);
      else assert.deepEqual(tensor, before.tensors.get(name), name);
    }
  });
}

for (const { device, skip } of await engines()) {
  test(`weights of a model for other classes: the head is initialized randomly, with a message (${device})`, {
    skip,
  }, async (t) => {
    const folder = await temporaryFolder(t);
    const [two, three] = [join(folder, 'two'), join(folder, 'three')];
    await drawFolder(two, [4, 4]);
    await drawFolder(three, [4, 4, 4]);
    const first = join(folder, 'first');
    await trainNarrow({ data: two, device, out: first, epochs: 1 });
    const out = join(folder, 'run');
    const { messages } = await trainNarrow({
      data: three,
      device,
      weights: first,
      trainable: 'head',
      out,
      epochs: 1,
    });
    assert.match(
      messages.join('\n'),
      /classifier\.6 for 2 classes, expected 3: the layer is initialized randomly/,
    );
    assert.deepEqual((await readModel(out)).tensors.get('classifier.6.bias')!.shape, [3]);
  });
}

for (const { device, skip } of await engines()) {
  test(`the same seed gives the same model, tensor for tensor; another one does not (${device})`, {
    skip,
  }, async (t) => {
    const folder = await temporaryFolder(t);
    const data = join(folder, 'images');
    await drawFolder(data, [8, 8]);
    const modelOf = async (name: string, seed: number) => {
      await trainNarrow({ data, device, out: join(folder, name), seed });
      return (await readModel(join(folder, name))).tensors;
    };
    const first = await modelOf('a', 7);
    assert.deepEqual(await modelOf('b', 7), first);
    const other = await modelOf('c', 8);
    for (const [name, tensor] of other) assert.notDeepEqual(tensor, first.get(name), name);
  });
}

test('a dry run tells what would be, writes nothing and needs no engine', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  const out = join(folder, 'run');
  await drawFolder(data, [10, 10]);
  setEnvironment(t, { ALEXFT_CACHE: join(folder, 'cache') });
  const options = { data, out, device: 'cpu', weights: 'imagenet', epochs: 3, dryRun: true } as const;
  const { events } = await trainNarrow(options);
  const plan = only(events, 'plan');
  assert.equal(events.length, 1);
  assert.deepEqual([plan.images, plan.train, plan.validation], [20, 18, 2]);
  assert.deepEqual(plan.classes, ['class-0', 'class-1']);
  assert.deepEqual([plan.options.trainable, plan.options.epochs, plan.model], ['classifier', 3, out]);
  assert.deepEqual(await readdir(folder), ['images']);
  await assert.rejects(trainNarrow({ ...options, data: folder }), fails(3, /only one class, 'images'/));
  await mkdir(out);
  await writeFile(join(out, 'run.json'), '{}');
  await assert.rejects(trainNarrow(options), fails(2, /already has a run/));
});

test('the best model file stays when the last one is replaced', async (t) => {
  const folder = await temporaryFolder(t);
  await drawFolder(folder, [6, 6]);
  const out = join(folder, 'class-1', 'run');
  const inodes: number[] = [];
  for await (const event of train(
    { ...narrowOptions, data: folder, out, lr: 1e-30, epochs: 3 }, // nothing improves after the first
    undefined,
    { widths: narrow },
  )) {
    if (event.event === 'checkpoint') inodes.push((await stat(join(out, 'model.safetensors'))).ino);
  }
  assert.equal(inodes.length, 2);
  assert.equal(new Set(inodes).size, 1);
  assert.equal((await readModel(out)).training.epoch, 1);
  assert.equal((await readModel(join(out, 'last.safetensors'))).training.epoch, 3);
});
