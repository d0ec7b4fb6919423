// Breaks trainings in every way that is known, and counts what is lost or wrongly accepted:
//
//   node scripts/faults.mjs [NAME...] [--minutes N] [--real N]
//
// Without a name all of: damage calls writers disks trainings real. Each takes at most its share of the minutes (default
// 15). `real` is the whole AlexNet with `--real` kills (default 40), and wants the native engine. Prints the table of
// docs/reliability.md; exit 1 where anything was lost or wrongly accepted. Wants the compiled tests (npm test, or
// npx tsc -p test), strace, and for small disks root; what can't be tried is said.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './setup.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string', default: '15' }, real: { type: 'string', default: '40' } },
});
const compiled = join(root, '.tests');
if (!existsSync(join(compiled, 'faults', 'tally.js'))) {
  console.error('The tests are not compiled: run npx tsc -p test first.');
  process.exit(2);
}
const load = (name) => import(join(compiled, name));
const [{ newTally, table }, { damageCheckpoints }, calls, kills, disks, { drawFolder }] = await Promise.all(
  ['tally', 'damage', 'systemCalls', 'kills', 'disks', '../data/drawnFolder'].map((name) =>
    load(join('faults', `${name}.js`)),
  ),
);

const folder = mkdtempSync(join(tmpdir(), 'alexft-faults-'));
const tallies = new Map();
const tallyOf = (fault) => {
  if (!tallies.has(fault)) tallies.set(fault, newTally(fault));
  return tallies.get(fault);
};
const pictures = join(folder, 'pictures');
const bin = join(root, 'dist', 'bin.js');
const narrow = join(compiled, 'faults', 'trainingProgram.js');

/** Each is given until when it may take. */
const campaigns = {
  damage: (until) =>
    damageCheckpoints({ cuts: 4096, flips: 2000, until }, (kind) => tallyOf(`checkpoint ${kind}`)),
  calls: async (until) => {
    const reason = calls.withoutStrace();
    if (reason) return skipped('a fault at each system call', reason);
    const runs = await calls.makeBeginnings();
    const kinds = ['kill', 'ENOSPC', 'EIO', 'EMFILE', 'EACCES'];
    const faults = await calls.allFaults(kinds, runs);
    await calls.tryFaults(shuffled(faults), runs, { until, parallel: 2 }, (kind) =>
      tallyOf(kind === 'kill' ? 'SIGKILL at each system call' : `${kind} at each system call`),
    );
    await runs.remove();
    console.error(`calls: ${faults.length} faults there are`);
  },
  writers: (until) =>
    kills.killWriters(
      Number.POSITIVE_INFINITY,
      { until, parallel: 2 },
      tallyOf('SIGKILL at random, checkpoints only'),
    ),
  disks: async (until) => {
    const reason = disks.withoutMount() || calls.withoutStrace();
    if (reason) return skipped('full, read-only and slow disks', reason);
    await disks.forbidWriting(tallyOf('read-only disk'));
    await disks.slowDown(folder, tallyOf('slow disk'));
    const sizes = Array.from({ length: 40 }, (_, index) => 12 + 4 * index);
    await disks.fillDisks(shuffled(sizes), until, tallyOf);
  },
  trainings: async (until) => {
    const options = { data: pictures, valSplit: 0.25, epochs: 3, batchSize: 4, checkpointEvery: '1' };
    for (const [device, share] of [
      ['cpu', 0.5],
      ['wasm', 1],
    ]) {
      const now = performance.now();
      const effort = { until: now + (until - now) * share, parallel: 1 };
      const begin = (out) => [narrow, JSON.stringify({ ...options, device, out, force: true })];
      const resume = (out) => [narrow, JSON.stringify({ resume: out })];
      const tally = tallyOf(`SIGKILL at random, a narrow network (${device})`);
      await kills.killTrainings({ begin, resume }, Number.POSITIVE_INFINITY, effort, tally);
    }
  },
  real: async (until) => {
    const few = '--epochs 2 --batch-size 4 --val-split 0.25 --checkpoint-every 2 --weights none --device cpu';
    const words = ['train', '--data', pictures, ...few.split(' '), '--trainable', 'classifier', '--quiet'];
    const begin = (out) => [bin, ...words, '--out', out, '--force'];
    const resume = (out) => [bin, 'train', '--resume', out, '--quiet'];
    const tally = tallyOf('SIGKILL at random, AlexNet (57 million parameters)');
    await kills.killTrainings({ begin, resume }, Number(values.real), { until, parallel: 1 }, tally);
  },
};
const shares = { damage: 0.08, calls: 0.4, writers: 0.12, disks: 0.1, trainings: 0.15, real: 0.15 };

const names = positionals.length > 0 ? positionals : Object.keys(campaigns);
const total = names.reduce((sum, name) => sum + (shares[name] ?? 0), 0);
try {
  await drawFolder(pictures, [8, 8]);
  for (const name of names) {
    const milliseconds = (Number(values.minutes) * 60_000 * shares[name]) / total;
    const begin = performance.now();
    await campaigns[name](begin + milliseconds);
    console.error(`${name}: ${((performance.now() - begin) / 1000).toFixed(0)} s`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
  console.log(table([...tallies.values()]));
  for (const { findings } of tallies.values()) for (const finding of findings) console.log(finding);
}
if ([...tallies.values()].some(({ findings }) => findings.length > 0)) process.exitCode = 1;

function skipped(what, reason) {
  console.log(`Not tried: ${what}: ${reason}.`);
}

/** So that where the time is up, all kinds have had their share. */
function shuffled(items) {
  const left = [...items];
  for (let i = left.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [left[i], left[j]] = [left[j], left[i]];
  }
  return left;
}
