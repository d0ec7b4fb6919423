// checkpointProgram as a process, and whether what it left is what it said.

import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { readNewestCheckpoint } from '../../dist/run/checkpoint/checkpoint.js';
import { damageOf, stepsIn } from '../../dist/run/checkpoint/checkpointFolder.js';
import { root } from '../support.js';
import { differenceIn } from './madeTraining.js';
import { note, type Tally } from './tally.js';

const program = join(root, '.tests', 'faults', 'checkpointProgram.js');
const patience = 60_000;

export interface Ended {
  /** The exit code, or the signal. */
  readonly end: number | string;
  /** The last step that it said was written. */
  readonly written: number;
  readonly output: string;
}

/** Runs the program, `under` another one where that is named. `onLine` hears each line of its output. */
export async function runWriter(
  run: string,
  count: number,
  onLine: (line: string, child: ChildProcess) => void = () => {},
  more: readonly string[] = [],
  under: readonly string[] = [],
): Promise<Ended> {
  const [command, ...words] = [...under, process.execPath, program, run, String(count), ...more];
  const child = spawn(command!, words, {
    env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: patience,
    killSignal: 'SIGALRM', // tells a hang from a kill
  });
  child.stdin.on('error', () => {});
  let output = '';
  let heard = 0;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece: Buffer) => {
      output += piece.toString();
      const lines = output.split('\n');
      for (; heard < lines.length - 1; heard++) onLine(lines[heard]!, child);
    });
  }
  const end = await new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => resolve(signal ?? code ?? 'nothing'));
  });
  const written = Math.max(
    0,
    ...Array.from(output.matchAll(/^written (\d+)$/gm), (match) => Number(match[1])),
  );
  return { end, written, output };
}

/** Looks at what a run has after a fault. `step`: the last that was said to be on the disk. */
export async function judge(run: string, step: number, { end, output }: Ended, tally: Tally, what: string) {
  tally.tried += 1;
  if (output.includes('accepted:')) note(tally, 'accepted', `${what}: ${output}`);
  else if (end === 70 || end === 'SIGALRM') note(tally, 'rough', `${what}: ${end} ${output.slice(-600)}`);
  for (const each of await stepsIn(run)) {
    const damage = await damageOf(run, each);
    if (damage !== undefined)
      note(tally, 'rough', `${what}: checkpoint ${each} is there, and damaged: ${damage}`);
  }
  const saved = await readNewestCheckpoint(run, () => {});
  const difference = saved && differenceIn(saved);
  if (difference) note(tally, 'accepted', `${what}: ${difference}`);
  if ((saved?.step ?? 0) < step) note(tally, 'lost', `${what}: ${step} was written, ${saved?.step} is there`);
}
