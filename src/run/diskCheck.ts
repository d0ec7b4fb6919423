// Whether the disk has the space that a run needs until its end.

import { join } from 'node:path';
import { bytesIn, requireRoom } from '../io/diskSpace.js';
import { bytesOf } from '../model/stateDict.js';
import { checkpointsKept } from './checkpoint/checkpoint.js';
import { checkpointsOf } from './checkpoint/checkpointFolder.js';
import type { RecordedTraining } from './recording/descriptions.js';
import { runFiles } from './runFiles.js';

/**
 * Throws a UserError where the disk has less space than the run in `folder` needs at its largest: the best and the last
 * model, the checkpoints with a best model each, and the files that are being written. The files of a run that exists
 * already count as space.
 */
export async function requireSpaceForRun(
  folder: string,
  {
    network,
    averaged,
    optimizer,
    config,
  }: Pick<RecordedTraining, 'network' | 'averaged' | 'optimizer' | 'config'>,
): Promise<void> {
  const model = bytesOf(network.state());
  const moments = bytesOf(optimizer.state().tensors);
  const checkpoints = mostCheckpoints(config);
  // After each epoch, a checkpoint's best model is its own or an earlier one's; else it can be a file of its own.
  const models = config.checkpointEvery === 'epoch' ? checkpoints + 3 : 2 * checkpoints + 2;
  // The parameters that are trained are no model then.
  const apart = averaged ? checkpoints + 1 : 0;
  const needed = (models + apart) * model + (checkpoints + 1) * moments;
  const own = [...Object.values(runFiles).map((name) => join(folder, name)), checkpointsOf(folder)];
  await requireRoom(
    folder,
    needed - (await bytesIn(own)),
    'A run keeps its best and its last model, and the checkpoints for --resume. Free some space, or name a folder on another disk with --out.',
  );
}

/** Beside the one that is being written. */
function mostCheckpoints({ epochs, checkpointEvery, keepCheckpoint }: RecordedTraining['config']): number {
  if (checkpointEvery !== 'epoch') return checkpointsKept;
  return Math.min(checkpointsKept, keepCheckpoint ? epochs : epochs - 1);
}
