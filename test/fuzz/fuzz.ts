// Tries damaged inputs on a parser, in a thread of its own, and watches it: a parser may return or refuse, soon and in
// little memory; whatever else it does is a finding.

import { Worker } from 'node:worker_threads';

/** What was tried so far. */
export interface Progress {
  inputs: number;
  accepted: number;
  refused: number;
  /** In milliseconds, of one input. */
  slowest: number;
  /** How much memory the process took beyond what it had at first, in bytes. */
  peak: number;
}

export interface Finding {
  /** Which input it was: with the seed, it is made again. */
  readonly index: number;
  readonly problem: string;
  readonly bytes: Buffer;
}

export interface FuzzOptions {
  /** The URL of the module that has the table `parsers`. */
  readonly module: string;
  readonly name: string;
  readonly seed?: number;
  /** The first input's index. */
  readonly from?: number;
  readonly inputs?: number;
  readonly seconds?: number;
  /** An input that takes longer is a finding, in milliseconds. */
  readonly slow?: number;
  /** The parser hangs if an input takes longer, in milliseconds. */
  readonly hang?: number;
  /** More growth than this is a finding, in bytes. */
  readonly memory?: number;
  /** After this number of findings the parser is known to be broken. */
  readonly most?: number;
  readonly onProgress?: (progress: Progress) => void;
}

export interface WorkerTask extends Required<Omit<FuzzOptions, 'onProgress' | 'hang'>> {
  /** The input's index and length, each a double, and its bytes. */
  readonly shared: SharedArrayBuffer;
}

export async function fuzz(options: FuzzOptions): Promise<Progress & { findings: Finding[] }> {
  const { hang = 10_000, onProgress = () => {}, ...given } = options;
  const defaults = {
    seed: 0,
    from: 0,
    inputs: Infinity,
    seconds: Infinity,
    slow: 2000,
    memory: 1e9,
    most: 20,
  };
  const task = { ...defaults, ...given, shared: new SharedArrayBuffer(16 + (1 << 16)) };
  const total = { inputs: 0, accepted: 0, refused: 0, slowest: 0, peak: 0, findings: [] as Finding[] };
  const end = performance.now() + 1000 * task.seconds;
  const last = task.from + task.inputs;
  for (let from = task.from; from < last && total.findings.length < task.most; ) {
    const seconds = (end - performance.now()) / 1000;
    if (seconds <= 0) break;
    const before = { ...total };
    const add = (now: Progress) => {
      for (const key of ['inputs', 'accepted', 'refused'] as const) total[key] = before[key] + now[key];
      for (const key of ['slowest', 'peak'] as const) total[key] = Math.max(before[key], now[key]);
      onProgress(total);
    };
    const next = await runThread({ ...task, from, inputs: last - from, seconds }, hang, add, total.findings);
    if (next === undefined) break;
    from = next;
  }
  return total;
}

/** Runs a thread until it is done or dead: then, where the next one continues. */
async function runThread(
  task: WorkerTask,
  hang: number,
  onProgress: (progress: Progress) => void,
  findings: Finding[],
): Promise<number | undefined> {
  const [index, length] = [new Float64Array(task.shared, 0, 1), new Float64Array(task.shared, 8, 1)];
  index[0] = -1;
  const found = (problem: string) => {
    const bytes = Buffer.from(new Uint8Array(task.shared, 16, length[0]!));
    findings.push({ index: index[0]!, problem, bytes });
  };
  const worker = new Worker(new URL('./fuzzWorker.js', import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
  });
  let done = false;
  let watched = { index: -1, since: performance.now() };
  const watch = setInterval(() => {
    if (index[0] !== watched.index) watched = { index: index[0]!, since: performance.now() };
    else if (index[0] >= 0 && performance.now() - watched.since > hang) {
      found(`hung for ${hang} ms`);
      void worker.terminate();
    }
  }, hang / 10);
  const before = findings.length;
  let died: Error | undefined;
  worker.on('message', (message: { progress?: Progress; finding?: Finding; done?: boolean }) => {
    if (message.progress) onProgress(message.progress);
    if (message.finding) findings.push({ ...message.finding, bytes: Buffer.from(message.finding.bytes) });
    if (message.done) done = true;
    if (findings.length === task.most) void worker.terminate();
  });
  worker.on('error', (error) => {
    died = error;
  });
  await new Promise((resolve) => worker.on('exit', resolve));
  clearInterval(watch);
  if (done) return undefined;
  if (index[0] < 0) throw died ?? new Error('The thread ended before it began');
  if (died) found(`killed its thread: ${died.stack}`);
  else if (findings.length === before) found('never came to an end');
  return index[0] + 1;
}
