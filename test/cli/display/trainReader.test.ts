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

const terminal = { interactive: true, colors: false, unicode: false, columns: () => 60 };

test('the curves of a resumed run begin with its first epoch', async (t) => {
  const folder = await temporaryFolder(t);
  const [data, out] = [join(folder, 'images'), join(folder, 'run')];
  await drawFolder(data, [12, 12]);
  const first = await trainNarrow({ data, out, device: 'wasm', epochs: 3, keepCheckpoint: true });
  const resumed = await trainNarrow({ resume: out, epochs: 4 });

  const shown: string[] = [];
  const message = (line: string | StyledLine) => shown.push(typeof line === 'string' ? line : plain(line));
  const progress: Progress = { begin: () => {}, update: () => {}, end: () => {}, message };
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
