// The report at the end of a training, which has the network, the images and their features at hand.

import { join } from 'node:path';
import type { CommandContext } from '../../core/context.js';
import { printable, reasonOf } from '../../core/errors.js';
import { fromTorch } from '../../model/layout.js';
import type { Network } from '../../model/network.js';
import { runFiles } from '../../run/runFiles.js';
import { readModel } from '../../weights/modelFile.js';
import { shortAudit } from './audit.js';
import { readPastRun } from './pastRun.js';
import { type Subject, writeReport } from './write.js';

/**
 * Writes the report of the run in `folder`, which is complete: whatever goes wrong is told, and nothing is thrown. The
 * network has the last epoch's parameters; where another was the best, it is given that one's.
 */
export async function reportAfterTraining(
  folder: string,
  subject: Subject,
  context: CommandContext,
): Promise<void> {
  try {
    const past = await readPastRun(folder);
    const bestEpoch = past.epochs.findLast(({ best }) => best)?.epoch;
    if (bestEpoch !== past.epochs.at(-1)?.epoch) await takeBest(folder, subject.network);
    context.signal?.throwIfAborted();
    const audit = shortAudit(past, past.run.options.data);
    const file = join(folder, runFiles.report);
    await writeReport({ past, subject, audit, notes: [], file }, context);
    context.onMessage(`The report: ${printable(file)}`);
  } catch (error) {
    const why = context.signal?.aborted ? 'interrupted' : reasonOf(error);
    context.onMessage(
      `The run is complete, but its report was not written: ${why}. To try again: alexft report ${printable(folder)}`,
    );
  }
}

async function takeBest(folder: string, network: Network): Promise<void> {
  const { tensors } = await readModel(folder);
  for (const [name, parameter] of network.parameters) parameter.assign(fromTorch(tensors.get(name)!).data);
}
