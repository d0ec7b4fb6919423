// Text that a training reads: the state in a checkpoint, the lists of features, and the files of --config.

import { UserError } from '../../../dist/core/errors.js';
import { configValues } from '../../../dist/options/given/configFile.js';
import { trainOptions } from '../../../dist/options/train/trainOptions.js';
import { readState } from '../../../dist/run/checkpoint/checkpointState.js';
import { recordProblem } from '../../../dist/run/checkpoint/recordState.js';
import { linesOf } from '../../../dist/training/features/segment.js';
import { trainingAt } from '../../faults/madeTraining.js';
import type { FuzzParser } from '../parser.js';

const epoch = { event: 'epoch', epoch: 1, loss: 1, accuracy: 1, seconds: 1, best: true };
const skipped = { event: 'skipped', file: 'a/b.jpg', reason: 'empty file' };

export const savedState: FuzzParser = {
  name: 'saved-state',
  seeds: () =>
    [1, 4, 5].map((step) => {
      const { state, optimizer } = trainingAt(step, 0);
      const record = { events: 100, seconds: 1, epochs: [epoch, epoch], skipped: [skipped] };
      const best = 'a'.repeat(64);
      return Buffer.from(
        JSON.stringify({ schema: 1, step, optimizerSteps: optimizer.steps, state, record, best }),
      );
    }),
  parse: (bytes) => {
    const state = readState(bytes.toString(), 'run/checkpoint/1');
    return typeof state === 'string' ? state : (recordProblem(state.record) ?? useOf(state));
  },
  isRefusal: (error) => error instanceof UserError,
};

/** What was accepted has to be fit to be worked with. */
function useOf({ step, state, optimizerSteps }: Exclude<ReturnType<typeof readState>, string>): number {
  const { epoch, batches, images, loss, correct, epochsSinceLowest, lowestLoss = 0 } = state;
  const sum = [
    step,
    optimizerSteps,
    epoch,
    batches,
    images,
    loss,
    correct,
    epochsSinceLowest,
    lowestLoss,
  ].reduce((a, b) => a + b);
  if (!Number.isFinite(sum) || typeof sum !== 'number') throw new Error(`accepted: ${JSON.stringify(state)}`);
  return sum;
}

export const featureList: FuzzParser = {
  name: 'feature-list',
  seeds: () => {
    const row = { sha256: 'ab'.repeat(32), transform: 'flip', row: 12, crc: 3_000_000_000 };
    return [[row], [row, { ...row, row: 13 }]].map((lines) =>
      Buffer.from(`${lines.map((each) => JSON.stringify(each)).join('\n')}\n`),
    );
  },
  parse: (bytes) => {
    const text = bytes.toString();
    const lines = linesOf(text);
    for (const { row } of lines) {
      if (!(row * 36_864 >= 0)) throw new Error(`accepted: row ${row}`);
    }
    if (lines.length < text.split('\n').filter(Boolean).length) throw new PassedOver();
  },
  isRefusal: (error) => error instanceof PassedOver,
};

/** A line of a list that is none is passed over, which here counts as a refusal. */
class PassedOver extends Error {}

const config = { data: 'images', epochs: 3, lr: 1e-3, noReport: true };
const runFile = { state: 'complete', weights: 'none', options: { ...config, weights: 'none' } };
const toml = 'data = "images"\nepochs = 3\nlr = 1e-3 # comment\nnoReport = true\n';

export const configFile: FuzzParser = {
  name: 'config-file',
  seeds: () => [JSON.stringify(config), JSON.stringify(runFile), toml].map((text) => Buffer.from(text)),
  parse: (bytes) => {
    const text = bytes.toString();
    const format = text.startsWith('{') ? 'json' : 'toml';
    const values = configValues(text, format, 'train', trainOptions);
    for (const name of Object.keys(values)) if (!(name in trainOptions)) throw new Error(`accepted: ${name}`);
  },
  isRefusal: (error) => error instanceof UserError,
};
