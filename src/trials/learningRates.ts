// The sweep of `lr-find`: a few training steps at growing learning rates, until the loss diverges. No run is written.
// Source: Smith, "Cyclical Learning Rates for Training Neural Networks" (2017), section 3.3.

import type { Context } from '../core/context.js';
import type { TrainingSet } from '../data/dataset/dataset.js';
import type { Widths } from '../model/alexnet.js';
import { createTrainer } from '../trainer/trainer.js';
import type { TrainConfig } from '../training/config.js';
import { LossNotFinite } from '../training/lossNotFinite.js';
import type { Sweep } from './suggestion.js';

const lowest = 1e-7;
const highest = 10;
const sweepSteps = 100;
const sweepSeeds = 3;

const rateAt = (step: number): number => lowest * (highest / lowest) ** (step / (sweepSteps - 1));

/** A smoothed loss of this many times the smallest so far ends the sweep, as in fastai. */
const divergence = 4;
/** The weight of the past in that smoothed loss. */
const inertia = 0.9;

interface SweepTask {
  readonly dataset: TrainingSet;
  readonly config: TrainConfig;
  readonly widths: Widths;
}

/** Runs the sweep once per seed, from `config.seed` on. The rates that most seeds did not reach are left out. */
export async function sweepRates(task: SweepTask, context: Context): Promise<Sweep> {
  const curves: number[][] = [];
  for (let run = 0; run < sweepSeeds; run++) {
    const onMessage = run === 0 ? context.onMessage : () => {}; // each would say the same
    curves.push(await sweepOnce(task, run, { ...context, onMessage }));
  }
  const losses: number[] = [];
  for (let step = 0; step < sweepSteps; step++) {
    const values = curves.map((curve) => curve[step] ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
    const median = values[(sweepSeeds - 1) / 2]!;
    if (!Number.isFinite(median)) break;
    losses.push(median);
  }
  return { rates: losses.map((_, step) => rateAt(step)), losses };
}

/** The losses of one seed, up to divergence. */
async function sweepOnce(
  { dataset, config, widths }: SweepTask,
  run: number,
  context: Context,
): Promise<number[]> {
  const epochs = Math.ceil(sweepSteps / Math.ceil(dataset.train.length / config.batchSize));
  const request = {
    dataset: { ...dataset, validation: [] },
    config: { ...config, seed: config.seed + run, epochs },
    ...{ widths, saved: undefined, startWeights: undefined },
    retry: async (batchSize: number) => `Use --batch-size ${batchSize}.`,
    learningRate: rateAt,
  };
  await using trainer = await createTrainer(request, context);
  const losses: number[] = [];
  let [smoothed, best] = [0, Number.POSITIVE_INFINITY];
  try {
    for await (const event of trainer.train()) {
      context.signal?.throwIfAborted();
      if (event.event === 'features') context.onProgress('Features', event.done, event.total, 'images');
      if (event.event !== 'step') continue;
      losses.push(event.loss);
      const done = run * sweepSteps + losses.length;
      context.onProgress('Learning rates', done, sweepSeeds * sweepSteps, 'steps');
      smoothed = inertia * smoothed + (1 - inertia) * event.loss;
      const current = smoothed / (1 - inertia ** losses.length);
      best = Math.min(best, current);
      if (current > divergence * best || losses.length === sweepSteps) break;
    }
  } catch (error) {
    if (!(error instanceof LossNotFinite)) throw error;
  }
  context.signal?.throwIfAborted(); // an aborted training ends without an event
  return losses;
}
