// Writes checkpoints of made trainings, without an engine, and judges what was there before.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { imageNetPreprocessing } from '../../dist/data/transforms/preprocessing.js';
import { findBest, readNewestCheckpoint, type SavedTraining } from '../../dist/run/checkpoint/checkpoint.js';
import { lockRun } from '../../dist/run/lock.js';
import { RunFolder } from '../../dist/run/runFolder.js';
import { readSafetensors } from '../../dist/weights/formats/safetensors.js';
import { differenceIn, trainingAt } from './madeTraining.js';

const description = {
  architecture: {
    name: 'alexnet',
    widths: { convolutions: [4, 8, 8, 8, 8], hidden: [32, 16] },
    dropout: 0.5,
  },
  classes: ['a', 'b'],
  preprocessing: imageNetPreprocessing,
} as const;

/**
 * Resumes from the newest checkpoint in `run`, and writes `count` more. `say` is called for each when it is on the
 * disk; `ready` comes before the first. Throws where what was there is not what was written.
 */
export async function writeCheckpoints(
  run: string,
  count: number,
  say: (line: string) => void = () => {},
  ready: () => Promise<void> = async () => {},
): Promise<void> {
  await mkdir(run, { recursive: true });
  const lock = await lockRun(run);
  const saved = await readNewestCheckpoint(run, () => {});
  const difference = saved && differenceIn(saved);
  if (difference) throw new Error(`accepted: ${difference}`);
  const folder = saved ? await reopen(run, saved) : await RunFolder.create(run);
  if (saved) await requireBest(run, saved.state.best?.epoch);
  await ready();
  const first = (saved?.step ?? 0) + 1;
  try {
    for (let step = first; step < first + count; step++) {
      await folder.record({ event: 'step', step });
      // Every other one at the end of an epoch, when the last model is there already; now and then it is the best.
      const model = { ...description, training: { step } };
      const { parameters } = trainingAt(step, 0);
      if (step % 2 === 0) await folder.saveModel('last', parameters, model, step);
      if (step % 4 === 0) await folder.lastIsBest();
      await folder.checkpoint(trainingAt(step, await folder.eventsLength()));
      say(`written ${step}`);
    }
  } finally {
    await folder.close().finally(() => lock.release());
  }
}

async function reopen(run: string, saved: SavedTraining): Promise<RunFolder> {
  const { step, best: sha256 } = saved;
  const { events } = saved.record as { events: number };
  const path = sha256 && (await findBest(run, saved, join(run, 'model.safetensors')));
  const best = path ? { path, sha256: sha256! } : undefined;
  return await RunFolder.reopen(run, { step, events, best }, () => {});
}

/** The model of the best epoch (here: the best step) has to be the one that the checkpoint knows. */
async function requireBest(run: string, step: number | undefined): Promise<void> {
  if (step === undefined) return;
  const { tensors, metadata } = await readSafetensors(join(run, 'model.safetensors'));
  const same = isDeepStrictEqual(tensors, trainingAt(step, 0).parameters);
  if (!same) throw new Error(`accepted: the best model, of step ${step}, says ${metadata.training}`);
}
