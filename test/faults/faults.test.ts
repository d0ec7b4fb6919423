// A minute's part of `npm run faults`: each fault for a few seconds.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { drawFolder } from '../data/colouredFolder.js';
import { root, temporaryFolder } from '../support.js';
import { damageCheckpoints } from './damage.js';
import { fillDisks, forbidWriting, withoutMount } from './disks.js';
import { killTrainings, killWriters } from './kills.js';
import { allFaults, makeBeginnings, tryFaults, withoutStrace } from './systemCalls.js';
import { newTally, type Tally } from './tally.js';

/** In milliseconds, of each test. */
const span = 4000;

function tallies(t: TestContext): { of: (kind: string) => Tally; check: () => void } {
  const all = new Map<string, Tally>();
  const of = (kind: string) => {
    const tally = all.get(kind) ?? newTally(kind);
    all.set(kind, tally);
    return tally;
  };
  const check = () => {
    assert.ok(all.size > 0);
    for (const { fault, tried, findings } of all.values()) {
      t.diagnostic(`${fault}: ${tried} times`);
      assert.deepEqual(findings, [], fault);
      assert.ok(tried > 0, fault);
    }
  };
  return { of, check };
}

const effort = () => ({ until: performance.now() + span, parallel: 2 });

test('a checkpoint that is cut short or changed anywhere is recognized, and the one before taken', async (t) => {
  const { of, check } = tallies(t);
  await damageCheckpoints({ cuts: 40, flips: 20, ...effort() }, of);
  check();
});

test('killed while it writes checkpoints: what was said to be on the disk is', async (t) => {
  const { of, check } = tallies(t);
  await killWriters(8, effort(), of('killed'));
  check();
});

test('a kill or an error at system calls of a checkpoint', { skip: withoutStrace() }, async (t) => {
  const { of, check } = tallies(t);
  const runs = await makeBeginnings();
  t.after(() => runs.remove());
  const faults = await allFaults(['kill', 'ENOSPC', 'EIO'], runs);
  assert.ok(faults.length > 300, `${faults.length} faults`);
  // Every so many-th, others than in the last run.
  const offset = Math.floor(Math.random() * 100);
  const some = faults.filter((_, index) => (index + offset) % 100 === 0);
  await tryFaults(some, runs, effort(), of);
  check();
});

test('a full disk, seen before and not; a read-only one', {
  skip: withoutMount() || withoutStrace(),
}, async (t) => {
  const { of, check } = tallies(t);
  await forbidWriting(of('read-only'));
  await fillDisks([40, 64], performance.now() + span, of);
  check();
});

test('trainings killed at random come to the same bytes', async (t) => {
  const { of, check } = tallies(t);
  const folder = await temporaryFolder(t);
  await drawFolder(join(folder, 'images'), [4, 4]);
  const options = {
    data: join(folder, 'images'),
    valSplit: 0.25,
    batchSize: 2,
    checkpointEvery: '1',
    device: 'wasm',
  };
  const program = join(root, '.tests', 'faults', 'trainingProgram.js');
  const begin = (out: string) => [program, JSON.stringify({ ...options, out, force: true })];
  const resume = (out: string) => [program, JSON.stringify({ resume: out })];
  await killTrainings({ begin, resume }, 2, effort(), of('killed trainings'));
  check();
});
