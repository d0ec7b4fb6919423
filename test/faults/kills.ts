// SIGKILL at random moments: of a program that writes checkpoints without pause, and of trainings.

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256OfFile } from '../../dist/io/atomic.js';
import { MersenneTwister } from '../../dist/random/generator.js';
import { type Effort, each, note, type Tally } from './tally.js';
import { judge, runWriter } from './writer.js';

const random = new MersenneTwister(Date.now() % 2 ** 32);

/**
 * Kills the writer again and again, `times` in all. After each kill, what it said to be on the disk has to be there.
 */
export async function killWriters(times: number, effort: Effort, tally: Tally): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'alexft-kills-'));
  const lanes = Array.from({ length: effort.parallel }, (_, index) => join(folder, `run-${index}`));
  const steps = new Map(lanes.map((run) => [run, 0]));
  const free = [...lanes];
  await each(countTo(times), effort, async (index) => {
    const run = free.pop()!;
    // From the first file of the process on, or from its first checkpoint on.
    const after = random.rand() * 60;
    const ended = await runWriter(run, 1000, (line, child) => {
      if (line.startsWith('written')) setTimeout(() => child.kill('SIGKILL'), after).unref();
    });
    const step = Math.max(steps.get(run)!, ended.written);
    await judge(run, step, ended, tally, `kill ${index}`);
    steps.set(run, step);
    free.push(run);
  });
  await rm(folder, { recursive: true, force: true });
}

function* countTo(end: number): Generator<number> {
  for (let index = 0; index < end; index++) yield index;
}

/** How a training is started as a process: the words after `node`, for a run that begins or is resumed. */
export interface Training {
  readonly begin: (out: string) => readonly string[];
  readonly resume: (out: string) => readonly string[];
  readonly env?: Record<string, string>;
}

interface End {
  readonly code: number | string;
  readonly output: string;
  readonly seconds: number;
}

function start(words: readonly string[], training: Training, killAfter?: number): Promise<End> {
  const began = performance.now();
  const child = spawn(process.execPath, words, {
    env: { ...process.env, ALEXFT_OFFLINE: '1', ...training.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 600_000,
    killSignal: 'SIGALRM',
  });
  if (killAfter !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfter * 1000).unref();
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece: Buffer) => {
      output = (output + piece.toString()).slice(-4000);
    });
  }
  return new Promise((resolve) => {
    child.once('close', (code, signal) => {
      resolve({ code: code ?? signal ?? 'nothing', output, seconds: (performance.now() - began) / 1000 });
    });
  });
}

/**
 * Trains once without a stop; then kills and resumes other runs until `times` kills were made or the time is
 * up, at least once. Each
 * run that comes to its end has to have the same bytes.
 */
export async function killTrainings(training: Training, times: number, effort: Effort, tally: Tally) {
  const folder = await mkdtemp(join(tmpdir(), 'alexft-kills-'));
  try {
    const whole = join(folder, 'whole');
    const { code, output, seconds } = await start(training.begin(whole), training);
    if (code !== 0) throw new Error(`The training itself fails: ${output}`);
    const expected = await resultOf(whole);
    for (let run = 0; tally.tried === 0 || (tally.tried < times && performance.now() < effort.until); run++) {
      const out = join(folder, `run-${run}`);
      await killUntilDone(training, out, seconds, tally);
      const found = await resultOf(out).catch((error) => String(error));
      if (found !== expected)
        note(tally, 'accepted', `run ${run} came to another end: ${found} not ${expected}`);
      await rm(out, { recursive: true, force: true });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One run, killed up to eight times and then left alone. */
async function killUntilDone(training: Training, out: string, seconds: number, tally: Tally): Promise<void> {
  for (let kills = 0, begun = false; ; kills++) {
    const words = begun ? training.resume(out) : training.begin(out);
    const last = kills === 8;
    const end = await start(words, training, last ? undefined : random.rand() * seconds * 1.2);
    if (end.code === 0) return;
    if (end.code === 'SIGKILL') tally.tried += 1;
    else if (/is complete, and its checkpoint was removed/.test(end.output)) return;
    else if (!/There is no run to resume/.test(end.output)) {
      note(tally, last ? 'lost' : 'rough', `${words.join(' ')}: ${end.code} ${end.output}`);
      return;
    }
    // Before run.json was written there is nothing to resume.
    begun = (await readFile(join(out, 'run.json')).catch(() => undefined)) !== undefined;
  }
}

/** The models' bytes, and the events without times and without where it was stopped. */
async function resultOf(run: string): Promise<string> {
  const lines = (await readFile(join(run, 'events.jsonl'), 'utf8')).trimEnd().split('\n');
  const events = lines
    .map((line) => JSON.parse(line))
    .filter(({ event }) => ['step', 'epoch', 'skipped'].includes(event))
    .map(({ seconds: _, ...event }) => event);
  const sums = await Promise.all(
    ['model.safetensors', 'last.safetensors'].map((name) => sha256OfFile(join(run, name))),
  );
  const { state } = JSON.parse(await readFile(join(run, 'run.json'), 'utf8'));
  return JSON.stringify({ sums, state, events });
}
