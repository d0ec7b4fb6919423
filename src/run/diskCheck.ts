// Whether a run will have room on its disk until its end.

import { join } from 'node:path';
import { bytesIn, requireRoom } from '../io/diskSpace.js';
import { bytesOf } from '../model/stateDict.js';
import type { ResolvedTrainOptions } from '../options/trainOptions.js';
import type { StartingPoint } from '../trainer/createTrainer.js';
import { checkpointsKept } from './checkpoint.js';
import { checkpointsOf } from './checkpointFolder.js';
import { runFiles } from './runFolder.js';

/**
 * Throws a UserError where the disk has less room than the run in `folder` needs at its largest: the best model and the
 * last, the checkpoints that are kept, each with a best of its own, and what is on the way beside them. A run that is
 * there already, to go on or to be replaced, has some of it.
 */
export async function requireRoomForRun(
  folder: string,
  { network, optimizer }: StartingPoint,
  options: ResolvedTrainOptions,
): Promise<void> {
  const model = bytesOf(network.state());
  const moments = bytesOf(optimizer.state().tensors);
  const checkpoints = mostCheckpoints(options);
  const needed = (checkpoints + 3) * model + (checkpoints + 1) * moments;
  const own = [...Object.values(runFiles).map((name) => join(folder, name)), checkpointsOf(folder)];
  const present = await bytesIn(own);
  await requireRoom(
    folder,
    needed - present,
    'A run keeps its best and its last model, and what --resume needs. Make room, or name a folder on another disk with --out.',
  );
}

/** How many there are at a time, beside the one that is being written. */
function mostCheckpoints({ epochs, checkpointEvery, keepCheckpoint }: ResolvedTrainOptions): number {
  if (checkpointEvery !== 'epoch') return checkpointsKept;
  return Math.min(checkpointsKept, keepCheckpoint ? epochs : epochs - 1);
}
