// alexft demo: draws a dataset of cats and dogs, then runs train, evaluate and predict on it.

import { join } from 'node:path';
import { mayFetch, silentContext } from '../../core/context.js';
import { drawSample } from '../../demo/sample.js';
import { openEngine } from '../../engine/openEngine.js';
import type { Evaluation } from '../../inference/evaluation.js';
import type { ImageResult } from '../../inference/predictResult.js';
import { alexNetWidths } from '../../model/alexnet.js';
import { withDefaults } from '../../options/option.js';
import { type DemoOptions, demoOptions } from '../../options/setupOptions.js';
import type { CommandContext } from '../../profile/context.js';
import type { TrainingEvent } from '../../training/events.js';
import { evaluate } from '../models/evaluate.js';
import { predict } from '../models/predict.js';
import { train } from './train.js';

export type DemoEvent =
  /** The command line equivalent to the step that follows. */
  | { event: 'command'; line: string; purpose: string }
  | TrainingEvent
  | { event: 'evaluation'; evaluation: Evaluation }
  | { event: 'prediction'; result: ImageResult };

/** The seeds differ, so the sets have no image in common. */
const sets = {
  train: { folder: join('data', 'demo', 'train'), perClass: 200, seed: 1 },
  test: { folder: join('data', 'demo', 'test'), perClass: 50, seed: 2 },
  new: { folder: join('data', 'demo', 'new'), perClass: 1, seed: 3 },
};

const full = { purpose: 'Fine-tune AlexNet on them', flags: '', options: {}, widths: alexNetWidths };

/**
 * For WebAssembly: a narrow network from scratch. It trains in minutes, and needs no ImageNet weights, which may be
 * missing for the same reason as the native engine. (The command line has no option for the widths.)
 */
const small = {
  purpose: 'Train a narrow AlexNet from scratch on them (the full one takes WebAssembly much longer)',
  flags: ' --weights none --epochs 8 --batch-size 16 --lr 5e-4',
  options: { weights: 'none', epochs: 8, batchSize: 16, lr: 5e-4 },
  widths: { convolutions: [16, 32, 64, 64, 64], hidden: [256, 256] },
} as const;

/** Draws the three sets unless they exist, trains, evaluates and predicts. Returns early if the signal is aborted. */
export async function* demo(
  given: Partial<DemoOptions> = {},
  context: CommandContext = silentContext,
): AsyncGenerator<DemoEvent> {
  let options = withDefaults(demoOptions, given);
  context.onMessage(`Drawing cats and dogs into ${join('data', 'demo')}`);
  for (const { folder, ...set } of Object.values(sets)) {
    await drawSample(folder, {
      ...set,
      onProgress: (done, total) => context.onProgress('Drawing', done, total, 'images'),
      ...(context.signal && { signal: context.signal }),
    });
  }

  const { device } = await openEngine({ ...context, ...options, setup: mayFetch(options) });
  options = { ...options, device }; // so that the reason for the device is reported once only
  const plan = device === 'wasm' ? small : full;
  yield command(plan.purpose, `alexft train --data ${sets.train.folder}${plan.flags}`);
  let model: string | undefined;
  for await (const event of train({ ...options, data: sets.train.folder, ...plan.options }, context, plan)) {
    yield event;
    if (event.event === 'done') model = event.model;
  }
  if (model === undefined) return; // interrupted

  yield command('Evaluate the model on other images', `alexft evaluate --data ${sets.test.folder}`);
  yield {
    event: 'evaluation',
    evaluation: await evaluate({ ...options, model, data: sets.test.folder }, context),
  };

  yield command('Predict the classes of two new images', `alexft predict ${sets.new.folder}`);
  for await (const result of predict([sets.new.folder], { ...options, model }, context)) {
    yield { event: 'prediction', result };
  }
}

const command = (purpose: string, line: string): DemoEvent => ({ event: 'command', line, purpose });
