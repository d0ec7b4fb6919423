// What the tests of each engine stand on: the list of engines, and that one engine's model is any other's.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { predict } from '../../dist/commands/predict.js';
import { hasNvidia, readGpuFacts } from '../../dist/engine/gpu/facts.js';
import { only, trainNarrow } from '../commands/narrow.js';
import { drawFolder } from '../data/colouredFolder.js';
import { temporaryFolder } from '../support.js';
import { engines, open } from './engines.js';

const all = await engines();
const here = all.filter(({ skip }) => skip === false).map(({ device }) => device);

test('an engine that is tested is the device that computes', async () => {
  for (const device of here) assert.match((await open(device)).device, new RegExp(`^${device}(:0)?$`));
});

test('the tests of each engine run on a GPU', {
  skip: hasNvidia(readGpuFacts()) ? false : 'there is no NVIDIA GPU',
}, () => {
  const { skip } = all.find(({ device }) => device === 'cuda')!;
  assert.ok(skip === false || /ALEXFT_TEST_NATIVE=cuda/.test(skip), String(skip));
});

test('the engines come to the same losses, and answer for each other’s models', {
  skip: here.length > 1 ? false : 'there is one engine only',
}, async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  await drawFolder(data, [8, 8]);
  const answers = async (model: string, device: (typeof here)[number]): Promise<number[]> => {
    const found: number[] = [];
    for await (const result of predict([data], { model, device, noSetup: true })) {
      assert.ok('label' in result);
      found.push(result.probabilities['class-0']!);
    }
    return found;
  };
  const near = (found: readonly number[], expected: readonly number[], by: number) => {
    assert.equal(found.length, expected.length);
    for (const [i, value] of found.entries())
      assert.ok(Math.abs(value - expected[i]!) <= by, `${value} at ${i}`);
  };
  const losses: number[][] = [];
  for (const device of here) {
    const out = join(folder, device);
    // PyTorch's draws: the masks of dropout are then the same on each engine.
    const { events } = await trainNarrow({
      data,
      out,
      device,
      reference: 'torch',
      optimizer: 'sgd',
      lr: 0.01,
    });
    assert.match(only(events, 'start').device, new RegExp(`^${device}`));
    losses.push(events.flatMap((event) => (event.event === 'step' ? [event.loss] : [])));
    near(losses.at(-1)!, losses[0]!, 1e-5);
    const own = await answers(out, device);
    for (const other of here) near(await answers(out, other), own, 1e-5);
  }
});
