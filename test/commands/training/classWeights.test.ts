// --class-weights in a training.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../../dist/core/errors.js';
import { drawFolder } from '../../data/colouredFolder.js';
import { engines } from '../../engine/engines.js';
import { temporaryFolder } from '../../support.js';
import { writeConstantModel } from '../models.js';
import { only, trainNarrow } from '../narrow.js';

for (const { device, skip } of await engines()) {
  test(`balanced weights the training loss by class, and nothing else (${device})`, { skip }, async (t) => {
    const folder = await temporaryFolder(t);
    const data = join(folder, 'data');
    await drawFolder(data, [16, 4]); // 12 and 3 of them to train on
    // Whatever the image, the logits are 1 and 0: a loss of log(1 + 1/e) for the first class, one more for the second.
    const weights = join(folder, 'model.safetensors');
    await writeConstantModel(weights, ['class-0', 'class-1'], [1, 0]);
    const lossesWith = async (classWeights: 'none' | 'balanced') => {
      const { events } = await trainNarrow({
        ...{ data, device, weights, classWeights, out: join(folder, classWeights) },
        ...{ epochs: 1, batchSize: 15, lr: 1e-12, valSplit: 0.25, trainable: 'all' },
      });
      const { loss, valLoss } = only(events, 'epoch');
      return [loss, valLoss!] as const;
    };
    const first = Math.log(1 + Math.exp(-1));
    const second = first + 1;
    const isClose = (found: number, expected: number) =>
      assert.ok(Math.abs(found - expected) < 1e-5, `${found} is not ${expected}`);
    const [plain, plainVal] = await lossesWith('none');
    isClose(plain, (12 * first + 3 * second) / 15);
    const [weighted, weightedVal] = await lossesWith('balanced');
    isClose(weighted, (first + second) / 2); // each class has half of the weight
    for (const loss of [plainVal, weightedVal]) isClose(loss, (4 * first + second) / 5);
  });
}

test('a run is not resumed with other class weights', async (t) => {
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
