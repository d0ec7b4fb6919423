// The report at the end of a training, with the network and the image loader that are already open.

import { join } from 'node:path';
import type { Context } from '../../core/context.js';
import { printable, reasonOf } from '../../core/errors.js';
import type { Network } from '../../model/network.js';
import { runFiles } from '../../run/runFiles.js';
import { loadBest } from '../../trainer/testScore.js';
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
    await useBest(past, subject.network);
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

/** Gives the network, which has the parameters of the last epoch, those of the run's best one. */
export async function useBest({ path, epochs }: PastRun, network: Network): Promise<void> {
  if (epochs.findLast(({ best }) => best)?.epoch !== epochs.at(-1)?.epoch) await loadBest(path, network);
}
