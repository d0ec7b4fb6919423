// Each kind of fault for as long as there is time: what `npm run faults` runs. The tests take a few seconds of each.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawFolder } from '../data/colouredFolder.js';
import { root } from '../support.js';
import { damageCheckpoints } from './damage.js';
import { fillDisks, forbidWriting, slowDown, withoutMount } from './disks.js';
import { killTrainings, killWriters } from './kills.js';
import { allFaults, makeBeginnings, tryFaults, withoutStrace } from './systemCalls.js';
import { newTally, type Tally, table } from './tally.js';

interface Place {
  readonly folder: string;
  readonly images: string;
  readonly tallyOf: (fault: string) => Tally;
  /** Kills of the whole AlexNet. */
  readonly real: number;
  readonly say: (line: string) => void;
}

interface Campaign {
  /** Its part of the time that all have. */
  readonly share: number;
  /** Why it can't be run here. */
  readonly without?: () => string | false;
  /** Ends at `until`, by performance.now(), or a little later. */
  readonly run: (until: number, place: Place) => Promise<void>;
}

export const campaigns: Readonly<Record<string, Campaign>> = {
  damage: {
    share: 0.08,
    run: (until, { tallyOf }) =>
      damageCheckpoints({ cuts: 4096, flips: 2000, until }, (kind) => tallyOf(`checkpoint ${kind}`)),
  },
  calls: {
    share: 0.4,
    without: withoutStrace,
    run: async (until, { tallyOf, say }) => {
      const runs = await makeBeginnings();
      const faults = await allFaults(['kill', 'ENOSPC', 'EIO', 'EMFILE', 'EACCES'], runs);
      say(`System calls of three checkpoints, with each kind of fault: ${faults.length}.`);
      await tryFaults(shuffled(faults), runs, { until, parallel: 2 }, (kind) =>
        tallyOf(`${kind === 'kill' ? 'SIGKILL' : kind} at a system call of a checkpoint`),
      );
      await runs.remove();
    },
  },
  writers: {
    share: 0.12,
    run: (until, { tallyOf }) =>
      killWriters(
        Number.POSITIVE_INFINITY,
        { until, parallel: 2 },
        tallyOf('SIGKILL at random, checkpoints alone'),
      ),
  },
  disks: {
    share: 0.1,
    without: () => withoutMount() || withoutStrace(),
    run: async (until, { tallyOf, folder }) => {
      await forbidWriting(tallyOf('read-only disk'));
      await slowDown(folder, tallyOf('slow disk'));
      const sizes = Array.from({ length: 22 }, (_, index) => 12 + 4 * index);
      await fillDisks(shuffled(sizes), until, tallyOf);
    },
  },
  trainings: {
    share: 0.15,
    run: async (until, { tallyOf, images }) => {
      const program = join(root, '.tests', 'faults', 'trainingProgram.js');
      const options = { data: images, valSplit: 0.25, epochs: 3, batchSize: 4, checkpointEvery: '1' };
      for (const device of ['cpu', 'wasm']) {
        const now = performance.now();
        const effort = { until: device === 'cpu' ? (now + until) / 2 : until, parallel: 1 };
        const begin = (out: string) => [program, JSON.stringify({ ...options, device, out, force: true })];
        const resume = (out: string) => [program, JSON.stringify({ resume: out })];
        const tally = tallyOf(`SIGKILL at random, a narrow network (${device})`);
        await killTrainings({ begin, resume }, Number.POSITIVE_INFINITY, effort, tally);
      }
    },
  },
  real: {
    share: 0.15,
    run: (until, { tallyOf, images, real }) => {
      const bin = join(root, 'dist', 'bin.js');
      const few =
        '--epochs 2 --batch-size 4 --val-split 0.25 --checkpoint-every 2 --weights none --device cpu';
      const words = ['train', '--data', images, ...few.split(' '), '--trainable', 'classifier', '--quiet'];
      const begin = (out: string) => [bin, ...words, '--out', out, '--force'];
      const resume = (out: string) => [bin, 'train', '--resume', out, '--quiet'];
      const tally = tallyOf('SIGKILL at random, AlexNet (57 million parameters)');
      return killTrainings({ begin, resume }, real, { until, parallel: 1 }, tally);
    },
  },
};

/** Runs the campaigns of these names, and gives the table, what could not be tried, and whether all went well. */
export async function runCampaigns(
  names: readonly string[],
  { minutes, real, say }: { minutes: number; real: number; say: (line: string) => void },
): Promise<{ lines: string[]; ok: boolean }> {
  const folder = await mkdtemp(join(tmpdir(), 'alexft-faults-'));
  const images = join(folder, 'images');
  const tallies = new Map<string, Tally>();
  const tallyOf = (fault: string) => {
    const tally = tallies.get(fault) ?? newTally(fault);
    tallies.set(fault, tally);
    return tally;
  };
  const notTried: string[] = [];
  const total = names.reduce((sum, name) => sum + campaigns[name]!.share, 0);
  try {
    await drawFolder(images, [8, 8]);
    for (const name of names) {
      const { share, run, without } = campaigns[name]!;
      const begin = performance.now();
      const until = begin + (minutes * 60_000 * share) / total;
      const reason = without?.();
      if (reason) notTried.push(`Not tried: ${name}: ${reason}.`);
      else await run(until, { folder, images, tallyOf, real, say });
      say(`${name}: ${((performance.now() - begin) / 1000).toFixed(0)} s`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const all = [...tallies.values()];
  return {
    lines: [table(all), ...notTried, ...all.flatMap(({ findings }) => findings)],
    ok: all.every(({ findings }) => findings.length === 0),
  };
}

/** So that where the time is up, all kinds have had their share. */
function shuffled<Item>(items: readonly Item[]): Item[] {
  const left = [...items];
  for (let i = left.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [left[i], left[j]] = [left[j]!, left[i]!];
  }
  return left;
}
