// Numbers that go wrong end the training at once, and nothing of them is kept.

import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../dist/core/errors.js';
import type { TrainingEvent } from '../../dist/training/events.js';
import { readModel } from '../../dist/weights/modelFile.js';
import { trainNarrow } from '../commands/narrow.js';
import { drawFolder } from '../data/colouredFolder.js';
import { engines } from '../engine/engines.js';
import { temporaryFolder } from '../support.js';

/** Each step multiplies the weights by about -lr * weightDecay = -1e6. */
const exploding = { optimizer: 'sgd', lr: 1000, weightDecay: 1000, epochs: 3 } as const;

for (const { device, skip } of await engines()) {
  for (const [batchSize, where] of [
    [
      4,
      /The loss of step 2 \(epoch 1\) is NaN, at a learning rate of 1000: .* The images of that step: class-/,
    ],
    [
      64,
      /The validation loss after step 1 \(epoch 1\) is NaN, at a learning rate of 1000: the training ends here\.$/,
    ],
  ] as const) {
    test(`a loss that is no number, batches of ${batchSize}: told with its place, no model of it (${device})`, {
      skip,
    }, async (t) => {
      const data = join(await temporaryFolder(t), 'images');
      await drawFolder(data, [10, 10]);
      const out = join(data, '..', 'run');
      const events: TrainingEvent[] = [];
      await assert.rejects(
        trainNarrow(
          { ...exploding, data, out, batchSize, device },
          { onEvent: (event) => events.push(event) },
        ),
        (error: unknown) => {
          assert.ok(error instanceof UserError, String(error));
          assert.match(error.message, where);
          assert.match(error.hint!, /--lr 100, or clip the gradients with --clip-norm 1/);
          assert.equal(error.exitCode, 1);
          return true;
        },
      );
      assert.equal(events.at(-1)!.event, 'error');
      assert.equal(JSON.parse(await readFile(join(out, 'run.json'), 'utf8')).state, 'failed');
      for (const name of ['model.safetensors', 'last.safetensors']) {
        await assert.rejects(stat(join(out, name)), { code: 'ENOENT' });
      }
    });
  }
}

test('the model of the epochs before stays as it was', async (t) => {
  const data = join(await temporaryFolder(t), 'images');
  await drawFolder(data, [10, 10]);
  const out = join(data, '..', 'run');
  // The rate rises over the warm-up: nearly nothing in the first epoch, far too much in the third.
  const slow = {
    ...exploding,
    lr: 1000,
    warmup: 1e6,
    weightDecay: 1000,
    epochs: 12,
    device: 'wasm',
  } as const;
  await assert.rejects(trainNarrow({ ...slow, data, out, batchSize: 64 }), /The best model so far is in/);
  const { tensors, training } = await readModel(out);
  assert.ok(Number.isFinite(training.valLoss));
  for (const { data } of tensors.values()) assert.ok((data as Float32Array).every(Number.isFinite));
});
