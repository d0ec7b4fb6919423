import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { evaluate } from '../../../dist/commands/models/evaluate.js';
import { report } from '../../../dist/commands/runs/report.js';
import { verify } from '../../../dist/commands/runs/verify.js';
import { train } from '../../../dist/commands/training/train.js';
import { UserError } from '../../../dist/core/errors.js';
import { withDefaults } from '../../../dist/options/option.js';
import { describeRun } from '../../../dist/options/train/describeRun.js';
import { givenOptions } from '../../../dist/options/train/givenTrainOptions.js';
import { resolveTrainOptions, trainOptions } from '../../../dist/options/train/trainOptions.js';
import { readPastRun } from '../../../dist/report/gather/pastRun.js';
import { drawFolder } from '../../data/colouredFolder.js';
import { engines } from '../../engine/engines.js';
import { temporaryFolder } from '../../support.js';
import { narrow, narrowOptions, only, trainNarrow } from '../narrow.js';

const read = (path: string) => readFile(path, 'utf8');
/** The figures, which are the same for both audits. */
const figures = (page: string) => page.match(/<dl class="tiles">[\s\S]*?<\/dl>/)![0];

for (const { device, skip } of await engines()) {
  test(`a training writes the same report as alexft report (${device})`, { skip }, async (t) => {
    const folder = await temporaryFolder(t);
    const data = join(folder, 'images');
    const out = join(folder, 'run');
    await drawFolder(data, [30, 30]);
    // With this learning rate the best epoch is not the last.
    const { events, messages } = await trainNarrow({
      data,
      out,
      device,
      epochs: 3,
      noReport: false,
      trainable: 'classifier',
      lr: 0.02,
    });
    const file = join(out, 'report.html');
    assert.ok(messages.includes(`The report: ${file}`), messages.join('\n'));
    const first = await read(file);
    const tensors = tf.memory().numTensors;

    const progress = new Set<string>();
    const context = { onMessage: () => {}, onProgress: (label: string) => progress.add(label) };
    const result = await report(out, { device, noSetup: true }, context);
    assert.equal(tf.memory().numTensors, tensors);
    const later = await read(file);
    assert.equal(figures(later), figures(first));
    assert.match(first, /These are the findings of the training/);
    assert.match(later, /Every file was checked/);
    for (const phase of ['Evaluating', 'Checking', 'Report']) assert.ok(progress.has(phase), phase);

    const { best } = only(events, 'done');
    assert.equal(result.bestEpoch, best.epoch);
    assert.ok(Math.abs(result.accuracy! - best.valAccuracy!) < 1e-9);
    assert.ok(Math.abs(result.loss! - best.valLoss!) < 1e-4);
    assert.equal(result.images, 6);
    assert.equal(result.leftOut, 0);
    assert.equal(result.bytes, Buffer.byteLength(later));
    assert.equal([...later.matchAll(/data:image\/webp/g)].length, 12); // each validation image twice
    assert.ok((await verify(out)).ok);
  });
}

test('the figures are those of evaluate on the same images', async (t) => {
  const folder = await temporaryFolder(t);
  const [data, val, out] = ['images', 'others', 'run'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await drawFolder(data, [12, 12]);
  await drawFolder(val, [9, 7]);
  await trainNarrow({ data, val, out, epochs: 1 });
  const own = await report(out, { noSetup: true, noCheck: true });
  const expected = await evaluate({ data: val, model: out, noSetup: true });
  assert.equal(own.images, expected.images);
  assert.equal(own.accuracy, expected.accuracy);
  assert.ok(Math.abs(own.loss! - expected.loss) < 1e-6);
  assert.equal(own.audit, 'short');

  assert.ok((await verify(out)).ok);
  await truncate(own.file, own.bytes - 10);
  const cut = await verify(out);
  assert.deepEqual(
    cut.files.filter(({ ok }) => !ok).map(({ file }) => file),
    ['report.html'],
  );
});

test('--no-report; the run is complete if the report can’t be written', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  await drawFolder(data, [4, 4]);
  const without = join(folder, 'without');
  await trainNarrow({ data, out: without, epochs: 1 });
  assert.ok(!existsSync(join(without, 'report.html')));

  // A folder, which can't be replaced by the report file.
  const out = join(folder, 'run');
  const blocked = await trainNarrow(
    { data, out, epochs: 1, noReport: false },
    {
      onEvent: (event) => {
        if (event.event === 'epoch') void mkdir(join(out, 'report.html', 'in the way'), { recursive: true });
      },
    },
  );
  assert.equal(only(blocked.events, 'done').epochs, 1);
  const reported = blocked.messages.filter((message) => message.includes('its report was not written'));
  assert.equal(reported.length, 1, blocked.messages.join('\n'));
  assert.equal(JSON.parse(await read(join(out, 'run.json'))).state, 'complete');
});

test('Ctrl-C during the report: the run is complete, and the last event is done', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  const out = join(folder, 'run');
  await drawFolder(data, [8, 8]);
  const controller = new AbortController();
  const messages: string[] = [];
  const context = {
    onMessage: (message: string) => messages.push(message),
    onProgress: (label: string) => {
      if (label === 'Evaluating') controller.abort();
    },
    signal: controller.signal,
  };
  const events: string[] = [];
  for await (const { event } of train({ ...narrowOptions, data, out, epochs: 1, noReport: false }, context, {
    widths: narrow,
  })) {
    events.push(event);
  }
  assert.equal(events.at(-1), 'done');
  assert.match(messages.at(-1)!, /The run is complete, but its report was not written: interrupted/);
  assert.ok(!existsSync(join(out, 'report.html')));
  assert.equal(JSON.parse(await read(join(out, 'run.json'))).state, 'complete');
});

test('an interrupted run, missing images and a missing model', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  const out = join(folder, 'run');
  await drawFolder(data, [20, 20]);
  const controller = new AbortController();
  await trainNarrow(
    { data, out, epochs: 5 },
    {
      signal: controller.signal,
      onEvent: (event) => {
        if (event.event === 'epoch' && event.epoch === 2) controller.abort();
      },
    },
  );
  assert.ok(!existsSync(join(out, 'report.html')));
  await appendFile(join(out, 'events.jsonl'), '{"event":"epoch","epoch":"<b>"}\nnull\n7\n{"event":"st'); // damaged, and cut off as by a killed process
  const stopped = await report(out, { noSetup: true });
  assert.equal(stopped.state, 'interrupted');
  assert.equal(stopped.epochs, 2);
  assert.equal(stopped.images, 4);
  const page = await read(stopped.file);
  assert.match(page, /The training was interrupted/);
  assert.match(page, new RegExp(`alexft train --resume ${out}`));

  const moved = join(folder, 'moved');
  await rename(data, moved);
  await assert.rejects(report(out, { noSetup: true }), {
    exitCode: 3,
    message: /Images of the run are missing/,
  });
  assert.equal(await read(stopped.file), page, 'a good report is not replaced by a poorer one');
  const gone = await report(out, { noSetup: true, force: true });
  assert.equal(gone.images, 0);
  assert.equal(gone.leftOut, 4);
  assert.match(gone.notes.join(' '), /None of the 4 validation images could be read/);
  assert.match(await read(gone.file), /The images could not be checked/);
  const found = await report(out, { noSetup: true, data: moved, out: join(folder, 'other.html') });
  assert.equal(found.images, 4);
  assert.equal(found.file, join(folder, 'other.html'));

  await rm(join(moved, 'class-0'), { recursive: true });
  await assert.rejects(report(out, { noSetup: true, data: moved }), { exitCode: 3, message: /class-0/ });
  const some = await report(out, { noSetup: true, data: moved, force: true });
  assert.equal(some.images, 2);
  assert.match(some.notes[0]!, /2 of the 4 validation images could not be read/);
  assert.match(await read(some.file), /no such file/);

  for (const name of ['model.safetensors', 'split.json']) await rm(join(out, name));
  const least = await report(out, { noSetup: true, force: true });
  assert.match(least.notes[0]!, /No model was saved yet/);
  assert.match(await read(least.file), /<svg class="chart/);
  await rm(join(out, 'run.json'));
  await assert.rejects(report(out), (error) => error instanceof UserError && error.exitCode === 3);
});

test('class names and file names are escaped', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  const out = join(folder, 'run');
  await drawFolder(data, [10, 10]);
  const hostile = '<img src=x onerror=alert(1)>';
  await rename(join(data, 'class-0'), join(data, hostile));
  await rename(join(data, 'class-1'), join(data, `"'\n\u202egpj`));
  await trainNarrow({ data, out, epochs: 1, noReport: false });
  const page = await read(join(out, 'report.html'));
  assert.doesNotMatch(page, /<img src=x|\u202e/);
  assert.match(page, /&lt;img src=x onerror=alert\(1\)&gt;/);
  assert.match(page, /&quot;&#39;\\u\{a\}\\u\{202e\}gpj/);
});

test('the command that repeats a training has the options that are not defaults, and the resolved weights', async (t) => {
  const resolve = (given: object) => resolveTrainOptions(withDefaults(trainOptions, given));
  assert.deepEqual(givenOptions(resolve({ data: 'd' })), { data: 'd' });
  const given = { data: 'd', optimizer: 'sgd', lr: 1e-3, epochs: 7, trainable: 'head', maxBad: 0.5 };
  const { lr: _, ...differing } = given; // the default of sgd
  assert.deepEqual(givenOptions(resolve(given)), differing);
  assert.deepEqual(givenOptions(resolve({ data: 'd', reference: 'torch' })), {
    data: 'd',
    reference: 'torch',
  });

  const cosine = {
    data: 'd',
    schedule: 'cosine',
    warmup: 6,
    scheduleEpochs: 20,
    val: 'v',
    valSplit: 0,
    earlyStop: 2,
  };
  assert.deepEqual(givenOptions(resolve(cosine)), cosine);

  const folder = await temporaryFolder(t);
  const data = join(folder, 'my images');
  const out = join(folder, 'run');
  await drawFolder(data, [4, 4]);
  await trainNarrow({ data, out, epochs: 1, noReport: false });
  const [repeated] = describeRun(await readPastRun(out)).commands;
  assert.equal(
    repeated!.command,
    `alexft train --data '${data}' --epochs 1 --batch-size 8 --lr 0.002 --weights none`,
  );
  const run = JSON.parse(await read(join(out, 'run.json')));
  await writeFile(
    join(out, 'run.json'),
    JSON.stringify({
      ...run,
      weights: 'imagenet-features',
      options: { ...run.options, weights: 'imagenet' },
    }),
  );
  assert.match(describeRun(await readPastRun(out)).commands[0]!.command, /--weights imagenet-features/);
});
