// A program that does nothing but write checkpoints, to be killed: node checkpointProgram.js RUN COUNT [--traced]
// It goes on from the newest checkpoint in RUN, and says of each that it wrote when it was on the disk. `--traced`: it
// first names the thread that does its work with files, and waits for a line on stdin.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';
import { printable, reasonOf, UserError } from '../../dist/errors.js';
import { readSafetensors } from '../../dist/model/weights/safetensors.js';
import { readNewestCheckpoint } from '../../dist/training/checkpoint.js';
import { RunFolder } from '../../dist/training/runFolder.js';
import { lockRun } from '../../dist/training/runLock.js';
import { describedAs } from '../commands/models.js';
import { differenceIn, trainingAt } from './madeTraining.js';
import { threadOfFiles } from './threadOfFiles.js';

async function work(run: string, count: number): Promise<void> {
  await mkdir(run, { recursive: true });
  const lock = await lockRun(run);
  const saved = await readNewestCheckpoint(run, () => {});
  const difference = saved && differenceIn(saved);
  if (difference) throw new Error(`accepted: ${difference}`);
  const folder = saved
    ? await RunFolder.reopen(run, lock, saved as typeof saved & { record: { events: number } }, () => {})
    : await RunFolder.create(run, true, lock);
  if (saved) await requireBest(run, saved.state.best?.epoch);
  if (process.argv.includes('--traced')) await ready(run);
  const first = (saved?.step ?? 0) + 1;
  try {
    for (let step = first; step < first + count; step++) {
      await folder.record({ event: 'step', step });
      // Every other one at the end of an epoch, when the last model is there already; now and then it is the best.
      const model = { ...describedAs(['a', 'b']), training: { step } };
      const { parameters } = trainingAt(step, 0);
      if (step % 2 === 0) await folder.saveModel(parameters, model, { step, best: step % 4 === 0 });
      await folder.checkpoint(trainingAt(step, await folder.eventsLength()));
      say(`written ${step}`);
    }
  } finally {
    await folder.close();
  }
}

/** The model of the best epoch (here: the best step) has to be the one that the checkpoint knows. */
async function requireBest(run: string, step: number | undefined): Promise<void> {
  if (step === undefined) return;
  const { tensors, metadata } = await readSafetensors(join(run, 'model.safetensors'));
  const same = isDeepStrictEqual(tensors, trainingAt(step, 0).parameters);
  if (!same) throw new Error(`accepted: the best model, of step ${step}, says ${metadata.training}`);
}

async function ready(run: string): Promise<void> {
  say(`thread ${await threadOfFiles(() => writeFile(join(run, 'probe'), new Uint8Array(123_457)))}`);
  await new Promise((resolve) => createInterface(process.stdin).once('line', resolve));
  process.stdin.destroy();
}

const say = (line: string) => process.stdout.write(`${line}\n`);

await work(process.argv[2]!, Number(process.argv[3])).catch((error) => {
  // 1: a sentence for the user. 70: a bug, or what must not be.
  say(`failed ${printable(reasonOf(error))}`);
  process.exitCode = error instanceof UserError ? 1 : 70;
});
