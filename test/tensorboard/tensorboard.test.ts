// Event files, read by TensorBoard's own reader in Python.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFile, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { convertRuns } from '../../dist/commands/runs/convertRuns.js';
import { scalarsEvent } from '../../dist/tensorboard/event.js';
import type { EpochEvent, StepEvent, TrainingEvent } from '../../dist/training/events.js';
import { trainNarrow } from '../commands/narrow.js';
import { drawFolder } from '../data/colouredFolder.js';
import { root, temporaryFolder } from '../support.js';

const python = process.env.ALEXFT_PYTHON ?? 'python3';
const hasTensorBoard = spawnSync(python, ['-c', 'import tensorboard']).status === 0;
const skip = hasTensorBoard ? false : `${python} has no tensorboard`;

interface Found {
  readonly scalars: Record<string, [step: number, value: number, time: number][]>;
  readonly images: Record<string, [step: number, width: number, height: number, png: string][]>;
}

const found = (folder: string): Found =>
  JSON.parse(
    execFileSync(python, [join(root, 'test', 'tensorboard', 'readEvents.py'), folder], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 2 ** 28,
    }),
  );

/** Whether the scalars are those of the run's events.jsonl, in float32. */
async function assertScalars(folder: string): Promise<void> {
  const lines = (await readFile(join(folder, 'events.jsonl'), 'utf8')).trim().split('\n');
  const events: TrainingEvent[] = lines.map((line) => JSON.parse(line));
  const steps = events.filter((event): event is StepEvent => event.event === 'step');
  const epochs = events.filter((event): event is EpochEvent => event.event === 'epoch');
  const lastOf = (epoch: number) => steps.findLast((step) => step.epoch === epoch)!.step;
  const expected = {
    'loss/step': steps.map(({ step, loss }) => [step, loss]),
    'loss/training': epochs.map(({ epoch, loss }) => [lastOf(epoch), loss]),
    'loss/validation': epochs.map(({ epoch, valLoss }) => [lastOf(epoch), valLoss!]),
    'accuracy/training': epochs.map(({ epoch, accuracy }) => [lastOf(epoch), accuracy]),
    'accuracy/validation': epochs.map(({ epoch, valAccuracy }) => [lastOf(epoch), valAccuracy!]),
  };
  const { scalars } = found(folder);
  const rounded = Object.entries(expected).map(([tag, rows]) => [
    tag,
    rows.map(([step, value]) => [step, Math.fround(value!)]),
  ]);
  const own = Object.entries(scalars).map(([tag, rows]) => [tag, rows.map(([step, value]) => [step, value])]);
  assert.deepEqual(Object.fromEntries(own), Object.fromEntries(rounded));
  for (const rows of Object.values(scalars)) {
    const times = rows.map(([, , time]) => time);
    assert.deepEqual(
      times,
      [...times].sort((a, b) => a - b),
    );
    assert.ok(Math.abs(times[0]! - Date.now() / 1000) < 600);
  }
}

const eventFiles = async (folder: string) =>
  (await readdir(folder)).filter((name) => name.includes('tfevents')).sort();

test('scalars and images of a training; a resume drops what it repeats', { skip }, async (t) => {
  const folder = await temporaryFolder(t);
  const [data, out] = [join(folder, 'images'), join(folder, 'run')];
  await drawFolder(data, [14, 14]);
  const stop = new AbortController();
  const given = { data, out, epochs: 3, tensorboard: true, batchSize: 4 };
  await trainNarrow(given, {
    signal: stop.signal,
    onEvent: (event) => {
      if (event.event === 'step' && event.step === 9) stop.abort();
    },
  });
  // A killed process has written steps after its last checkpoint, and half a record.
  const [first] = await eventFiles(out);
  const [lost, cut] = [10, 11].map((step) =>
    scalarsEvent({ step, time: Date.now() / 1000 }, { event: 'step', epoch: 2, step, loss: 99 }),
  );
  await appendFile(join(out, first!), Buffer.concat([lost!, cut!.subarray(0, 20)]));
  assert.deepEqual(found(out).scalars['loss/step']!.at(-1)!.slice(0, 2), [10, 99]);
  assert.deepEqual(found(out).images, {});

  await trainNarrow({ resume: out });
  assert.equal((await eventFiles(out)).length, 2);
  await assertScalars(out);
  const { images } = found(out);
  assert.deepEqual(Object.keys(images).sort(), ['confusion matrix', 'filters']);
  for (const [step, width, height, png] of Object.values(images).flat()) {
    assert.equal(step, 21);
    const { format, ...size } = await sharp(Buffer.from(png, 'hex')).metadata();
    assert.deepEqual([format, size.width, size.height], ['png', width, height]);
  }

  await trainNarrow({ ...given, force: true, tensorboard: false });
  assert.deepEqual(await eventFiles(out), []);
});

test('alexft runs tensorboard converts the runs of a folder that have no event files', {
  skip,
}, async (t) => {
  const folder = await temporaryFolder(t);
  const [data, models] = [join(folder, 'images'), join(folder, 'models')];
  const at = (name: string) => join(models, name);
  await drawFolder(data, [8, 8]);
  await trainNarrow({ data, out: at('old'), epochs: 2 });
  await trainNarrow({ data, out: at('new'), epochs: 1, tensorboard: true });
  await trainNarrow({ data, out: at('broken'), epochs: 1 });
  await rm(join(at('broken'), 'run.json'));
  const converted = await convertRuns(models);
  assert.deepEqual(
    converted.map(({ run, file, reason }) => [run, file !== undefined, reason ?? '']),
    [
      [at('broken'), false, `Expected a run folder but '${at('broken')}' has no readable run.json.`],
      [at('new'), false, 'it has event files; --force replaces them'],
      [at('old'), true, ''],
    ],
  );
  await assertScalars(at('old'));
  assert.deepEqual(Object.keys(found(at('old')).images), ['filters']);
  assert.equal((await convertRuns(at('new'), { force: true })).length, 1);
  assert.equal((await eventFiles(at('new'))).length, 1);
  await assertScalars(at('new'));
  await assert.rejects(convertRuns(data), { exitCode: 3, message: /There are no runs in/ });
});
