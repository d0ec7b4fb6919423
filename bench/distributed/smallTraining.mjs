// The training that real launchers start: the whole AlexNet, two ranks, 48 photos, in 9 steps. Its result is compared
// with that of two ranks without a launcher.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { copyImages, here, outputOfRanks, resultOf } from './ranks.mjs';

const options =
  '--weights none --trainable all --epochs 3 --batch-size 16 --val-split 0 --optimizer sgd --checkpoint-every 2 ' +
  '--device cpu --threads 1 --no-report';
const steps = 9;
const imageCount = 48;

export async function smallTraining(data, folder) {
  const images = copyImages(data, join(folder, 'images'), imageCount);
  const words = (out, resume) =>
    resume ? ['train', '--resume', out] : ['train', '--data', images, '--out', out, ...options.split(' ')];
  const whole = join(folder, 'whole');
  await outputOfRanks(2, [process.execPath, here('../../dist/bin.js'), ...words(whole)]);
  return { images, imageCount, words, isWhole: (out) => resultOf(out) === resultOf(whole) };
}

/** The steps of the run in `out` so far. */
export function stepsOf(out) {
  try {
    return readFileSync(join(out, 'events.jsonl'), 'utf8').split('"event":"step"').length - 1;
  } catch {
    return 0;
  }
}

/** Late enough for a checkpoint, and early enough to kill a rank. */
export const inTheMiddle = (out) => until(() => stepsOf(out) >= steps / 2);

/** Waits until `isTrue`. */
export async function until(isTrue) {
  for (const end = performance.now() + 600_000; !isTrue(); ) {
    if (performance.now() > end) throw new Error(`Waited for 10 minutes until ${isTrue}`);
    await delay(200);
  }
}

/** Sends SIGKILL to the process that trains into `out` and has the variable. */
export function killRank(variable, out) {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const [words, variables] = ['cmdline', 'environ'].map((name) => fieldsOf(`/proc/${pid}/${name}`));
    if (words[1]?.endsWith('bin.js') && words.includes(out) && variables.includes(variable)) {
      process.kill(Number(pid), 'SIGKILL');
      return;
    }
  }
  throw new Error(`No process with ${variable} trains into ${out}`);
}

function fieldsOf(path) {
  try {
    return readFileSync(path, 'utf8').split('\0');
  } catch {
    return []; // it has ended
  }
}

/** Throws where one of the programs is missing. */
export function requirePrograms(names, packages) {
  const missing = names.filter((name) => spawnSync('which', [name]).status !== 0);
  if (missing.length > 0)
    throw new Error(`${missing.join(', ')} not found. Debian: apt-get install ${packages}`);
}

/** Makes `alexft` a command. */
export function provideAlexft(folder) {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const script = `#!/bin/sh\nexec '${process.execPath}' '${here('../../dist/bin.js')}' "$@"\n`;
  writeFileSync(join(bin, 'alexft'), script, { mode: 0o755 });
  process.env.PATH = `${bin}${delimiter}${process.env.PATH}`;
  process.env.ALEXFT_OFFLINE = '1';
}

/** Prints the rows of a table as they come. `ok` says whether all were right. */
export function startTable() {
  console.log('| launcher | what | result |\n|---|---|---|');
  let ok = true;
  return {
    row(launcher, what, isRight) {
      ok &&= isRight;
      console.log(`| ${launcher} | ${what} | ${isRight ? 'ok' : '**wrong**'} |`);
    },
    get ok() {
      return ok;
    },
  };
}
