// The reader of training events: what it shows of a resumed run.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createCosts } from '../../../dist/cli/display/costs.js';
import { createTrainReader } from '../../../dist/cli/display/trainReader.js';
import { plain, type StyledLine } from '../../../dist/cli/terminal/output.js';
import type { Progress } from '../../../dist/cli/terminal/progress.js';
import { trainNarrow } from '../../commands/narrow.js';
import { drawFolder } from '../../data/colouredFolder.js';
import { temporaryFolder } from '../../support.js';

/** A progress that collects the messages. */
function collecting() {
  const shown: string[] = [];
  const message = (line: string | StyledLine) => shown.push(typeof line === 'string' ? line : plain(line));
  const progress: Progress = { begin: () => {}, update: () => {}, end: () => {}, message };
  return { shown, progress };
}

const terminal = { interactive: true, colors: false, unicode: false, columns: () => 60 };

test('the curves of a resumed run begin with its first epoch', async (t) => {
  const folder = await temporaryFolder(t);
  const [data, out] = [join(folder, 'images'), join(folder, 'run')];
  await drawFolder(data, [12, 12]);
  const first = await trainNarrow({ data, out, device: 'wasm', epochs: 3, keepCheckpoint: true });
  const resumed = await trainNarrow({ resume: out, epochs: 4 });

  const { shown, progress } = collecting();
  const read = async (events: typeof first.events) => {
    shown.length = 0;
    const reader = createTrainReader(progress, terminal, createCosts());
    for (const event of events) await reader.take(event);
    reader.showCurves();
  };
  const axes = () => shown.filter((line) => /^ {7}\d +\d$/.test(line)).map((line) => line.trim().split(/ +/));

  await read(resumed.events);
  assert.deepEqual(axes(), [
    ['1', '4'],
    ['1', '4'],
  ]);
  const losses = [...first.events, ...resumed.events].flatMap((event) =>
    event.event === 'epoch' ? [event.loss, event.valLoss ?? 0] : [],
  );
  assert.ok(
    shown.some((line) => line.startsWith(`${Math.max(...losses).toFixed(3)} `)),
    shown.join('\n'),
  );
  await read(first.events);
  assert.deepEqual(axes(), [
    ['1', '3'],
    ['1', '3'],
  ]);
});

test('advice is printed once, with the command line to try', async (t) => {
  const folder = await temporaryFolder(t);
  const [data, out] = [join(folder, 'images'), join(folder, 'run')];
  await drawFolder(data, [12, 12]);
  const { events } = await trainNarrow({ data, out, device: 'wasm', epochs: 4 });
  const { shown, progress } = collecting();
  const reader = createTrainReader(progress, terminal, createCosts());
  for (const event of events) {
    await reader.take(event.event === 'epoch' ? { ...event, loss: 0.5 / event.epoch, predicted: 1 } : event);
  }
  const advice = shown.filter((line) => line.startsWith('Advice: The model predicts the same class'));
  assert.equal(advice.length, 1, shown.join('\n'));
  const command = advice[0]!.split(' To try: ')[1]!;
  assert.match(command, /^alexft lr-find --data \S+ --batch-size 8 --weights none /);
  assert.doesNotMatch(command, /--out|--epochs|--lr /);

  shown.length = 0;
  const other = createTrainReader(progress, terminal, createCosts());
  for (const event of events) await other.take(event.event === 'epoch' ? { ...event, loss: 9 } : event);
  const line = shown.find((text) => text.startsWith('Advice: '))!;
  assert.match(line, / To try: alexft train --data \S+ --epochs 4 --batch-size 8 --lr 0\.0002 /);
  assert.doesNotMatch(line, /--out|--force/);
});
