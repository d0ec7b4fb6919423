// Facts and curves of a run, from its files.

import { version } from '../../core/version.js';
import type { Curves, Fact, RunFacts, RunOption } from '../reportData.js';
import type { PastRun } from './pastRun.js';

export function factsOf(
  { path, run, split, epochs, skipped }: PastRun,
  options: readonly RunOption[],
  made: Date,
): RunFacts {
  const side = (name: string) => split.files.filter((file) => file.side === name).length;
  return {
    path,
    state: run.state,
    error: run.error,
    started: run.started,
    // A killed run's run.json is from its beginning.
    seconds: run.state === 'running' ? undefined : run.seconds,
    images: { train: side('train'), validation: side('validation'), skipped: skipped.length },
    test: run.test,
    bestEpoch: epochs.findLast(({ best }) => best)?.epoch,
    environment: environmentOf(run),
    options,
    made: madeAt(made),
  };
}

/** A page's own date and version. */
export const madeAt = (date: Date): RunFacts['made'] => ({
  at: `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
  version,
});

function environmentOf({ versions, device, engine, gpu, weights, started, sha256 }: PastRun['run']): Fact[] {
  const known: [string, string | undefined][] = [
    ['alexft', versions?.alexft],
    ['Node', versions?.node],
    ['Device', device],
    ['Engine', engine],
    ['GPU', gpu?.name],
    ['Initial weights', weights],
    ['Started', started],
    ['SHA-256 of model.safetensors', sha256?.['model.safetensors']],
  ];
  return known.flatMap(([name, value]) => (typeof value === 'string' ? [{ name, value }] : []));
}

export function curvesOf({ run, split, epochs, steps }: PastRun): Curves {
  const train = split.files.filter(({ side }) => side === 'train').length;
  const perEpoch = Math.max(1, Math.ceil(train / run.options.batchSize));
  return {
    epochs,
    steps: steps.map(({ step, loss }) => ({ at: step / perEpoch, loss })),
  };
}
