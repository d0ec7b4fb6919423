// The report at the end of a training, with the network and the image loader that are already open.

import { join } from 'node:path';
import type { Context } from '../../core/context.js';
import { printable } from '../../core/errors.js';
import { runFiles } from '../../run/runFiles.js';
import { shortAudit } from './audit.js';
import { type PastRun, readPastRun } from './pastRun.js';
import { type RunDescription, type Subject, writeReport } from './write.js';

/** Writes the report of the complete run in `folder`. The network has the best model's parameters. */
export async function reportAfterTraining(
  folder: string,
  subject: Subject,
  describeRun: (past: PastRun) => RunDescription,
  context: Context,
): Promise<void> {
  const past = await readPastRun(folder);
  context.signal?.throwIfAborted();
  const audit = shortAudit(past, past.run.options.data);
  const file = join(folder, runFiles.report);
  await writeReport({ past, ...describeRun(past), subject, audit, notes: [], file }, context);
  context.onMessage(`The report: ${printable(file)}`);
}
