// The report at the end of a training, with the network and the image loader that are already open.

import { join } from 'node:path';
import type { Context } from '../../core/context.js';
import { printable, reasonOf } from '../../core/errors.js';
import { fromTorch } from '../../model/layout.js';
import type { Network } from '../../model/network.js';
import { runFiles } from '../../run/runFiles.js';
import { readModel } from '../../weights/modelFile.js';
import { shortAudit } from './audit.js';
import { type PastRun, readPastRun } from './pastRun.js';
import { type RunDescription, type Subject, writeReport } from './write.js';

/**
 * Writes the report of the complete run in `folder`. Errors become a message, as the run itself succeeded. The network
 * has the parameters of the last epoch; those of the best epoch are loaded if it is another one.
 */
export async function reportAfterTraining(
  folder: string,
  subject: Subject,
  describeRun: (past: PastRun) => RunDescription,
  context: Context,
): Promise<void> {
  try {
    const past = await readPastRun(folder);
    await loadBest(past, subject.network);
    context.signal?.throwIfAborted();
    const audit = shortAudit(past, past.run.options.data);
    const file = join(folder, runFiles.report);
    await writeReport({ past, ...describeRun(past), subject, audit, notes: [], file }, context);
    context.onMessage(`The report: ${printable(file)}`);
  } catch (error) {
    const why = context.signal?.aborted ? 'interrupted' : reasonOf(error);
    context.onMessage(
      `The run is complete, but its report was not written: ${why}. To try again: alexft report ${printable(folder)}`,
    );
  }
}

/** Loads the parameters of the run's best epoch into the network, which has those of the last one. */
export async function loadBest({ path, epochs }: PastRun, network: Network): Promise<void> {
  if (epochs.findLast(({ best }) => best)?.epoch === epochs.at(-1)?.epoch) return;
  const { tensors } = await readModel(path);
  for (const [name, parameter] of network.parameters) parameter.assign(fromTorch(tensors.get(name)!).data);
}
