// The rows of the bench's first table: what is timed, on which sides, and how many times faster alexft means to be.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { figureOfCommand, timeCommand } from './processes.mjs';
import { batchSize, decodeCommand, predictCommand, trainCommand } from './sides.mjs';
import { median } from './table.mjs';

/**
 * @typedef {object} Row
 * @property {string} id
 * @property {string} title
 * @property {Record<string, number>} goals how many times as long as alexft each rival takes, as is hoped
 * @property {'short' | 'long'} size `long` ones are measured by --full alone
 * @property {true} [asks] whether it asks servers, which stay from row to row
 * @property {(side: string, bench: Bench) => Promise<number>} seconds of one pass
 *
 * @typedef {object} Bench
 * @property {import('./sides.mjs').Place} place
 * @property {Record<string, string>} env of every command: a cache of the bench's own
 * @property {Map<string, number>} rivals seconds of this round's commands of rivals
 * @property {(asked: { side: string, precision: string }, question: object) => Promise<{ seconds: number[] }>} ask
 */

/** In `precision` on all sides, but for `float32`: alexft's own float32. */
function computing(id, title, work, batch, goals, precision = 'float32') {
  const count = Math.min(50, Math.max(3, Math.ceil(384 / batch)));
  return {
    id,
    title,
    goals,
    size: 'short',
    asks: true,
    async seconds(side, { ask }) {
      const asked = side === 'float32' ? { side: 'alexft', precision: 'float32' } : { side, precision };
      return median((await ask(asked, { work, batch, count })).seconds);
    },
  };
}

const forget = ({ env }) => rm(join(env.ALEXFT_CACHE, 'features'), { recursive: true, force: true });

/** A training from its command's start to its end. Features of earlier ones are forgotten first, or are to be there. */
function training(id, title, what, goals, { size = 'short', kept = false } = {}) {
  let prepared = false;
  return {
    id,
    title,
    goals,
    size,
    async seconds(side, bench) {
      const words = trainCommand(side, bench.place, what);
      if (side === 'alexft') {
        if (!kept) await forget(bench);
        else if (!prepared) await timeCommand(words, bench);
        prepared = true;
        return await timeCommand(words, bench);
      }
      // Two rows that differ in what alexft has kept have the same rivals: measured once a round.
      const known = bench.rivals.get(words.join(' '));
      const taken = known ?? (await timeCommand(words, bench));
      bench.rivals.set(words.join(' '), taken);
      return taken;
    },
  };
}

const isStep = (line) => line.startsWith('{') && JSON.parse(line).event === 'step';

const frozen = { trainable: 'classifier', weights: 'features' };
const head = { trainable: 'head', weights: 'classifier' };

/** Beside `torch.autocast`, and alexft's own float32. */
const half = { best: 1, float32: 1 };

/** @type {Row[]} */
export const rows = [
  computing('inference-1', 'inference, batch 1', 'inference', 1, { tutorial: 1, best: 1 }),
  computing('inference-8', 'inference, batch 8', 'inference', 8, { tutorial: 1, best: 1 }),
  computing('inference-32', 'inference, batch 32', 'inference', 32, { tutorial: 1.3, best: 1.05 }),
  computing('inference-128', 'inference, batch 128', 'inference', 128, { tutorial: 1.3, best: 1.05 }),
  computing('step-128', `full training step, Adam, batch ${batchSize}`, 'step', batchSize, {
    tutorial: 1.4,
    best: 1.2,
  }),
  computing(
    'features-64-bfloat16',
    'frozen layers in bfloat16, batch 64',
    'features',
    64,
    { ...half, float32: 1.7 },
    'bfloat16',
  ),
  computing('inference-32-bfloat16', 'inference in bfloat16, batch 32', 'inference', 32, half, 'bfloat16'),
  computing('inference-128-bfloat16', 'inference in bfloat16, batch 128', 'inference', 128, half, 'bfloat16'),
  computing('step-128-bfloat16', 'full training step in bfloat16', 'step', batchSize, half, 'bfloat16'),
  training(
    'all-1',
    'all layers, end to end from JPEG files, an epoch',
    { trainable: 'all', weights: 'features', epochs: 1 },
    { tutorial: 1.4, best: 1.2 },
  ),
  training(
    'frozen-3',
    'frozen features, classifier trained, end to end, 3 epochs',
    { ...frozen, epochs: 3 },
    { tutorial: 2.4, best: 2, cached: 1.3 },
  ),
  training(
    'frozen-10',
    'the same, 10 epochs',
    { ...frozen, epochs: 10 },
    { tutorial: 4.2, best: 3.1, cached: 1.15 },
    { size: 'long' },
  ),
  training(
    'head-10',
    'head only, 10 epochs',
    { ...head, epochs: 10 },
    { tutorial: 5.5, best: 4.2, cached: 1.2 },
    { size: 'long' },
  ),
  training(
    'head-10-kept',
    'head only, 10 epochs, features cached by an earlier run',
    { ...head, epochs: 10 },
    { tutorial: 14, best: 10, cached: 3 },
    { size: 'long', kept: true },
  ),
  {
    id: 'decode',
    title: 'decode and resize, all cores, against sharp’s decode and its own resize',
    goals: { sharp: 1 },
    size: 'short',
    seconds: (side, { place, env }) => figureOfCommand(decodeCommand(side, place.data), { env }),
  },
  {
    id: 'predict',
    title: 'predict on 1,000 files from a cold start',
    goals: { tutorial: 1.5, best: 1.15 },
    size: 'short',
    seconds: (side, { place, env }) => timeCommand(predictCommand(side, place, place.thousand), { env }),
  },
  {
    id: 'predict-one',
    title: 'predict on one file from a cold start',
    goals: { tutorial: 1, best: 1 },
    size: 'short',
    seconds: (side, { place, env }) => timeCommand(predictCommand(side, place, place.one), { env }),
  },
  {
    id: 'first-loss',
    title: 'from the command to the first loss, no features cached',
    goals: { tutorial: 1.5, best: 1.5 },
    size: 'short',
    async seconds(side, bench) {
      if (side === 'alexft') await forget(bench);
      const words = trainCommand(side, bench.place, { ...frozen, epochs: 1 });
      return await timeCommand(words, { until: isStep, env: bench.env });
    },
  },
];
