// --class-weights in a training.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../dist/core/errors.js';
import { drawFolder } from '../data/colouredFolder.js';
import { engines } from '../engine/engines.js';
import { temporaryFolder } from '../support.js';
import { only, trainNarrow } from './narrow.js';

for (const { device, skip } of await engines()) {
  test(`balanced weighs the training loss and nothing else; equal classes train as without (${device})`, {
    skip,
  }, async (t) => {
    const folder = await temporaryFolder(t);
    const figures = async (counts: number[], classWeights: 'none' | 'balanced') => {
      const data = join(folder, counts.join('-'));
      await drawFolder(data, counts);
      const out = join(folder, `${counts.join('-')}-${classWeights}`);
      // A step that changes nothing worth a word, so that both validate the same network.
      const { events } = await trainNarrow({
        data,
        out,
        device,
        classWeights,
        epochs: 1,
        lr: 1e-12,
        valSplit: 0.25,
      });
      const epoch = only(events, 'epoch');
      return [epoch.loss, epoch.valLoss!] as const;
    };
    const [[plain, plainVal], [weighted, weightedVal]] = [
      await figures([16, 4], 'none'),
      await figures([16, 4], 'balanced'),
    ];
    assert.ok(Math.abs(plain - weighted) > 1e-4 * plain, `${plain} and ${weighted}`);
    assert.ok(Math.abs(plainVal - weightedVal) < 1e-6 * plainVal);
    const [[one], [other]] = [await figures([8, 8], 'none'), await figures([8, 8], 'balanced')];
    assert.ok(Math.abs(one - other) < 1e-6 * one);
  });
}

test('a run does not go on with others', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'data');
  await drawFolder(data, [8, 8]);
  const out = join(folder, 'run');
  await trainNarrow({ data, out, epochs: 1, keepCheckpoint: true });
  await assert.rejects(
    trainNarrow({ resume: out, epochs: 2, classWeights: 'balanced' }),
    (error) =>
      error instanceof UserError &&
      error.exitCode === 2 &&
      /^--class-weights can't be changed/.test(error.message),
  );
});
