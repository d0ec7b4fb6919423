// The thread that tries inputs on a parser. The current input is in shared memory, so that its parent can tell even
// where it hangs or dies.

import { parentPort, workerData } from 'node:worker_threads';
import { UserError } from '../../dist/core/errors.js';
import { deriveSeed } from '../../dist/random/deriveSeed.js';
import { MersenneTwister } from '../../dist/random/generator.js';
import type { Progress, WorkerTask } from './fuzz.js';
import { mutate } from './mutate.js';
import type { FuzzParser } from './parser.js';

const { module, name, seed, from, inputs, seconds, slow, memory, shared } = workerData as WorkerTask;
const { parsers } = (await import(module)) as { parsers: readonly FuzzParser[] };
const parser = parsers.find((each) => each.name === name)!;
const { isRefusal = (error: unknown) => error instanceof UserError } = parser;
const seeds = await parser.seeds();

const [index, length] = [new Float64Array(shared, 0, 1), new Float64Array(shared, 8, 1)];
const input = new Uint8Array(shared, 16);
const end = performance.now() + 1000 * seconds;
const base = process.memoryUsage.rss();
const progress: Progress = { inputs: 0, accepted: 0, refused: 0, slowest: 0, peak: 0 };

for (const bytes of seeds) {
  const problem = await problemWith(Buffer.from(bytes));
  if (problem || progress.refused > 0)
    throw new Error(`A seed is refused: ${problem ?? 'it should be accepted'}`);
}
Object.assign(progress, { accepted: 0, slowest: 0 });

for (let i = from; i < from + inputs && performance.now() < end; i++) {
  const bytes = mutate(seeds, new MersenneTwister(deriveSeed(seed, i)));
  input.set(bytes);
  length[0] = bytes.length;
  index[0] = i;
  const problem = await problemWith(bytes);
  progress.inputs += 1;
  if (problem !== undefined) parentPort!.postMessage({ finding: { index: i, problem, bytes } });
  if (progress.inputs % 1000 === 0) parentPort!.postMessage({ progress });
}
parentPort!.postMessage({ progress, done: true });
// A parser that left something behind must not keep this thread.
process.exit();

/** What the parser did that it may not; undefined where it did well. */
async function problemWith(bytes: Buffer): Promise<string | undefined> {
  const took = await timeOf(bytes);
  if (typeof took === 'string') return took;
  if (took > slow) {
    // The machine may have been busy: once more, by the processor's time.
    const before = process.cpuUsage();
    await timeOf(bytes);
    const { user, system } = process.cpuUsage(before);
    if (user + system > 1000 * slow) return `took ${((user + system) / 1000).toFixed(0)} ms`;
  }
  progress.slowest = Math.max(progress.slowest, took);
  if (progress.inputs % 64 !== 0) return undefined;
  const grown = process.memoryUsage.rss() - base;
  progress.peak = Math.max(progress.peak, grown);
  return grown > memory ? `memory grew by ${(grown / 1e6).toFixed(0)} MB` : undefined;
}

/** In milliseconds; a text where it threw what is no refusal. */
async function timeOf(bytes: Buffer): Promise<number | string> {
  const start = performance.now();
  try {
    const result = parser.parse(Buffer.from(bytes));
    if (result instanceof Promise) await result;
    progress.accepted += 1;
  } catch (error) {
    if (!isRefusal(error)) return `threw ${error instanceof Error ? error.stack : String(error)}`;
    progress.refused += 1;
  }
  return performance.now() - start;
}
