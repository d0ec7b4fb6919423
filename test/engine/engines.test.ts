// The list of engines that tests iterate over, and that engines compute the same numbers.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { predict } from '../../dist/commands/models/predict.js';
import { hasNvidia, readGpuFacts } from '../../dist/engine/gpu/facts.js';
import { only, trainNarrow } from '../commands/narrow.js';
import { drawFolder } from '../data/colouredFolder.js';
import { temporaryFolder } from '../support.js';
import { engines, open } from './engines.js';

const all = await engines();
const here = all.filter(({ skip }) => skip === false).map(({ device }) => device);

test('open() opens the device of each tested engine', async () => {
  for (const device of here) assert.match((await open(device)).device, new RegExp(`^${device}(:0)?$`));
});

test('tests run on the GPU of a machine that has one', {
  skip: hasNvidia(readGpuFacts()) ? false : 'no NVIDIA GPU',
}, () => {
  const { skip } = all.find(({ device }) => device === 'cuda')!;
  assert.ok(skip === false || /ALEXFT_TEST_NATIVE=cuda/.test(skip), String(skip));
});

test('engines compute the same losses, and the same predictions with each other’s models', {
  skip: here.length > 1 ? false : 'there is only one engine',
}, async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  await drawFolder(data, [8, 8]);
  const predictions = async (model: string, device: (typeof here)[number]): Promise<number[]> => {
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
    // With PyTorch's random numbers, dropout masks are the same on each engine.
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
    const own = await predictions(out, device);
    for (const other of here) near(await predictions(out, other), own, 1e-5);
  }
});
