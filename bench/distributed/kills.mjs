// Kills, stops or cuts off a random rank of a small group at a random moment, again and again. Checked: all other ranks
// end in time, one of them names the rank and its address, and the group, restarted, ends with the bits of one that was
// never interrupted.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as timeout } from 'node:timers/promises';
import { makeMachines, withoutMachines } from './machines.mjs';
import { copyImages, here, resultOf, startRanks } from './ranks.mjs';

/** The process may end before. */
const delay = (milliseconds) => timeout(milliseconds, undefined, { ref: false });

/** Milliseconds in which the others end: in a training, and before it, while the ranks wait for each other. */
const limits = { training: 10_000, before: 65_000 };

const groups = [
  { size: 2, trainable: 'all' },
  { size: 3, trainable: 'all' },
  { size: 2, trainable: 'classifier' },
  { size: 2, trainable: 'features.8' },
];

/** The share of faults in a training; the others are before it. */
const inTraining = 0.8;

/**
 * Makes `times` faults, or those that it can `until` then, by performance.now(). Prints a table, and returns whether
 * all went well.
 */
export async function killRanks({ times, until }, data, folder) {
  const isOver = () => made.faults >= times || performance.now() > until;
  const lack = withoutMachines();
  if (lack) console.error(`No rank is cut off: ${lack}.`);
  const images = copyImages(data, join(folder, 'images'), 24);
  const kinds = ['SIGKILL', 'SIGSTOP', ...(lack ? [] : ['cut off'])];
  const tallies = new Map();
  const findings = [];
  const find = (finding) => {
    findings.push(finding);
    console.error(finding);
  };
  const made = { faults: 0, runs: 0 };
  for (const group of groups) group.words = (out) => wordsOf(group, images, out);
  while (!isOver()) {
    const group = groups[made.runs % groups.length];
    group.whole ??= await wholeResult(group, join(folder, 'whole'));
    const out = join(folder, `run-${made.runs}`);
    for (let restarts = 0; ; restarts++) {
      const fault =
        restarts === 4 || isOver() ? undefined : { kind: pick(kinds), inTraining: chance(inTraining) };
      const { applied, ok, words } = await attempt(group, out, restarts, fault);
      for (const each of words) find(`run ${made.runs}.${restarts}, ${JSON.stringify(fault)}: ${each}`);
      if (applied) {
        made.faults += 1;
        count(tallies, fault, applied);
        if (made.faults % 10 === 0) console.error(`${made.faults} of ${times}: ${findings.length} findings`);
      } else if (ok) break;
      else if (!fault) break; // no result
    }
    const result = resultOf(out);
    if (result !== group.whole)
      find(`run ${made.runs} (${group.trainable}, ${group.size} ranks) has other bits: ${result}`);
    rmSync(out, { recursive: true, force: true });
    made.runs += 1;
  }
  print(tallies, made.runs, findings);
  return findings.length === 0;
}

const chance = (share) => Math.random() < share;
const pick = (items) => items[Math.floor(Math.random() * items.length)];

const wordsOf = ({ trainable }, data, out) => {
  const options = {
    ...{
      data,
      out,
      trainable,
      weights: 'none',
      epochs: 8,
      batchSize: 8,
      valSplit: 0.25,
      device: 'cpu',
      threads: 1,
    },
    ...{ noSetup: true, cacheLimit: '0', noReport: true, checkpointEvery: '1', workers: 1 },
  };
  return [process.execPath, here('narrowRank.mjs'), JSON.stringify(options)];
};

/** The result without a fault, and how long it takes. */
async function wholeResult(group, out) {
  const started = performance.now();
  const ranks = await startRanks(group.size, group.words(out));
  await firstStep(ranks);
  const first = performance.now();
  for (const { ended } of ranks) await ended;
  group.milliseconds = { before: first - started, training: performance.now() - first };
  const result = resultOf(out);
  rmSync(out, { recursive: true });
  return result;
}

/** Starts the group, with a fault unless it ends before. */
async function attempt(group, out, restarts, fault) {
  const machines = fault?.kind === 'cut off' ? makeMachines() : undefined;
  const ranks = await startRanks(group.size, group.words(out), { machines, restarts });
  const all = Promise.all(ranks.map(({ ended }) => ended));
  const words = [];
  let applied;
  if (fault) {
    if (fault.inTraining) await Promise.race([firstStep(ranks), all]);
    const span = group.milliseconds[fault.inTraining ? 'training' : 'before'];
    await Promise.race([delay(Math.random() * span), all]);
    if (ranks.every(({ end }) => end === undefined)) applied = await apply(fault, ranks, machines, words);
  }
  const ends = await Promise.race([all, delay(120_000)]);
  if (!ends) words.push('did not end within 2 minutes');
  for (const { child, end } of ranks) if (end === undefined) child.kill('SIGKILL');
  await all;
  machines?.remove();
  const rough = ranks.find(({ end, stderr }) => end === 70 || /\n\s+at /.test(stderr));
  if (rough) words.push(`a stack instead of a sentence: ${rough.stderr.slice(-1000)}`);
  if (!applied && !ends?.every((end) => end === 0))
    words.push(`ended by themselves: ${ranks.map(({ end, stderr }) => `${end} ${stderr}`).join(' | ')}`);
  return { applied, words, ok: ends?.every((end) => end === 0) ?? false };
}

async function apply(fault, ranks, machines, words) {
  const victim = machines ? 1 : Math.floor(Math.random() * ranks.length);
  const isTraining = ranks[0].stdout !== '';
  const limit = isTraining ? limits.training : limits.before;
  if (machines) machines.cut();
  else ranks[victim].child.kill(fault.kind);
  const start = performance.now();
  const survivors = machines ? ranks : ranks.filter((_, rank) => rank !== victim);
  await Promise.race([Promise.all(survivors.map(({ ended }) => ended)), delay(limit)]);
  const seconds = (performance.now() - start) / 1000;
  const late = survivors.filter(({ end }) => end === undefined);
  if (late.length > 0) words.push(`${late.length} ranks had not ended after ${limit / 1000} s`);
  if (fault.kind === 'SIGSTOP') ranks[victim].child.kill('SIGCONT');
  // Where the training was over already, a rank may end well.
  const failed = survivors.filter((each) => each !== ranks[victim] && (each.end ?? 0) !== 0);
  const named = failed.filter(({ stderr }) => new RegExp(`rank ${victim}\\b`, 'i').test(stderr)).length;
  if (failed.length > 0 && named === 0)
    words.push(`rank ${victim} is not named: ${failed.map(({ stderr }) => stderr).join(' | ')}`);
  return { isTraining, seconds, failed: failed.length, named };
}

/** When rank 0 has made a step. */
const firstStep = ([{ child }]) => new Promise((resolve) => child.stdout.once('data', resolve));

function count(tallies, { kind }, { isTraining, seconds, failed, named }) {
  const name = `${kind}, ${isTraining ? 'in the training' : 'before it'}`;
  const tally = tallies.get(name) ?? { times: 0, longest: 0, failed: 0, named: 0 };
  tallies.set(name, tally);
  tally.times += 1;
  tally.failed += failed;
  tally.named += named;
  if (failed > 0) tally.longest = Math.max(tally.longest, seconds);
}

function print(tallies, runs, findings) {
  console.log(
    '| fault | times | longest until all others ended | other ranks that named it |\n|---|--:|--:|--:|',
  );
  for (const [name, { times, longest, failed, named }] of [...tallies].sort())
    console.log(`| ${name} | ${times} | ${longest.toFixed(1)} s | ${named} of ${failed} |`);
  console.log(`\n${runs} runs were compared with uninterrupted ones; findings: ${findings.length}`);
  for (const finding of findings) console.log(finding);
}
