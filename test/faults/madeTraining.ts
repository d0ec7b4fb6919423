// Trainings of which everything follows from their step, so that whatever is read back can be judged.

import { isDeepStrictEqual } from 'node:util';
import { MersenneTwister } from '../../dist/random/generator.js';
import type { SavedTraining } from '../../dist/run/checkpoint/checkpoint.js';

/** Some 30 KB, in tensors of several sizes, one of them empty. `events`: bytes of the log. */
export function trainingAt(step: number, events: number): SavedTraining<{ events: number; step: number }> {
  const random = new MersenneTwister(step);
  const tensor = (...shape: number[]) => {
    const size = shape.reduce((product, n) => product * n, 1);
    return { shape, data: Float32Array.from({ length: size }, () => random.rand()) };
  };
  return {
    step,
    parameters: new Map([
      ['features.0.weight', tensor(4, 3, 11, 11)],
      ['classifier.6.weight', tensor(2, 16)],
      ['classifier.6.bias', tensor(2)],
    ]),
    optimizer: {
      steps: step,
      tensors: new Map([
        ['exp_avg.features.0.weight', tensor(4, 3, 11, 11)],
        ['exp_avg_sq.features.0.weight', tensor(4, 3, 11, 11)],
        ['exp_avg.none', tensor(0)],
      ]),
    },
    state: {
      epoch: Math.floor(step / 2) + 1,
      batches: step % 2,
      images: step,
      loss: random.rand(),
      correct: step,
      epochsSinceLowest: 0,
      ...(step >= 4 && { best: { epoch: step - (step % 4), valAccuracy: 0.5, valLoss: 0.5 } }),
    },
    record: { events, step },
  };
}

/** What of a training that was read is not what was written; undefined where it is the same in everything. */
export function differenceIn(saved: SavedTraining): string | undefined {
  const { events } = saved.record as { events: number };
  const expected = trainingAt(saved.step, events);
  for (const part of ['parameters', 'optimizer', 'state', 'record'] as const) {
    if (!isDeepStrictEqual(saved[part], expected[part])) return `${part} of step ${saved.step} differ`;
  }
  return undefined;
}
