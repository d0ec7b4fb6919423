// --ema: the average is validated and saved; the training itself is the same.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { evaluate } from '../../../dist/commands/models/evaluate.js';
import type { TrainingEvent } from '../../../dist/training/events.js';
import { readModel } from '../../../dist/weights/modelFile.js';
import { drawFolder } from '../../data/colouredFolder.js';
import { temporaryFolder } from '../../support.js';
import { only, trainNarrow } from '../narrow.js';

const wasm = { device: 'wasm', noSetup: true } as const;

for (const trainable of ['classifier', 'all'] as const) {
  test(`the averaged model is validated, saved and reported; steps are unchanged (${trainable})`, async (t) => {
    const folder = await temporaryFolder(t);
    const [data, val] = [join(folder, 'data'), join(folder, 'val')];
    await drawFolder(data, [8, 8]);
    await drawFolder(val, [3, 3]);
    const options = { data, val, ...wasm, trainable, epochs: 2, noReport: false };
    const plain = await trainNarrow({ ...options, out: join(folder, 'plain') });
    const ema = await trainNarrow({ ...options, ema: 0.9, out: join(folder, 'ema') });

    const steps = (events: readonly TrainingEvent[]) => events.filter(({ event }) => event === 'step');
    assert.deepEqual(steps(ema.events), steps(plain.events));
    const weights = async (name: string) =>
      (await readModel(join(folder, name, 'last.safetensors'))).tensors.get('classifier.6.weight')!.data;
    assert.notDeepEqual(await weights('ema'), await weights('plain'));
    const { best } = only(ema.events, 'done');
    assert.notEqual(best.valLoss, only(plain.events, 'done').best.valLoss);
    const { loss } = await evaluate({ data: val, model: join(folder, 'ema'), ...wasm });
    assert.ok(Math.abs(loss - best.valLoss!) < 1e-6, `${loss} and ${best.valLoss}`);
    assert.match(ema.messages.join('\n'), /The report: /);
  });
}
