// alexft demo: the whole story on images that alexft draws itself, in the commands that a person would type.

import { join } from 'node:path';
import { mayFetch, silentContext } from '../core/context.js';
import { drawSample } from '../demo/sample.js';
import { openEngine } from '../engine/openEngine.js';
import type { ImageResult } from '../inference/predictResult.js';
import { alexNetWidths } from '../model/alexnet.js';
import { withDefaults } from '../options/option.js';
import { type DemoOptions, demoOptions } from '../options/setupOptions.js';
import type { CommandContext } from '../profile/profile.js';
import type { TrainingEvent } from '../training/events.js';
import { type Evaluation, evaluate } from './evaluate.js';
import { predict } from './predict.js';
import { train } from './train.js';

export type DemoEvent =
  /** A command that is about to run, as a person would type it. */
  | { event: 'command'; line: string; purpose: string }
  | TrainingEvent
  | { event: 'evaluation'; evaluation: Evaluation }
  | { event: 'prediction'; result: ImageResult };

/** Three sets of faces that have no image in common, each drawn from a seed of its own. */
const sets = {
  train: { folder: join('data', 'demo', 'train'), perClass: 200, seed: 1 },
  test: { folder: join('data', 'demo', 'test'), perClass: 50, seed: 2 },
  new: { folder: join('data', 'demo', 'new'), perClass: 1, seed: 3 },
};

const full = { purpose: 'Fine-tune AlexNet on them', words: '', options: {}, widths: alexNetWidths };

/**
 * What WebAssembly can do in a minute or two, and without ImageNet's weights, which may be missing for the same reason
 * as the native engine: a narrow network, from scratch. (Widths are for programs: the command line trains AlexNet.)
 */
const small = {
  purpose: 'Train a narrow AlexNet from scratch on them (the whole one would take WebAssembly much longer)',
  words: ' --weights none --epochs 8 --batch-size 16 --lr 1e-3',
  options: { weights: 'none', epochs: 8, batchSize: 16, lr: 1e-3 },
  widths: { convolutions: [16, 32, 64, 64, 64], hidden: [256, 256] },
} as const;

/** Draws the sets (those of an earlier demo are kept), trains, evaluates and predicts. Ends early at the signal. */
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
  options = { ...options, device }; // why it is this one has been told, once
  const plan = device === 'wasm' ? small : full;
  yield command(plan.purpose, `alexft train --data ${sets.train.folder}${plan.words}`);
  let model: string | undefined;
  for await (const event of train({ ...options, data: sets.train.folder, ...plan.options }, context, plan)) {
    yield event;
    if (event.event === 'done') model = event.model;
  }
  if (model === undefined) return; // interrupted

  yield command('Try the model on others', `alexft evaluate --data ${sets.test.folder}`);
  yield {
    event: 'evaluation',
    evaluation: await evaluate({ ...options, model, data: sets.test.folder }, context),
  };

  yield command('Name two that it never saw', `alexft predict ${sets.new.folder}`);
  for await (const result of predict([sets.new.folder], { ...options, model }, context)) {
    yield { event: 'prediction', result };
  }
}

const command = (purpose: string, line: string): DemoEvent => ({ event: 'command', line, purpose });
