// alexft report: an HTML report on a run.

import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { mayFetch, silentContext } from '../../core/context.js';
import { dataError, printable, reasonOf, UserError } from '../../core/errors.js';
import { openLoader } from '../../data/openLoader.js';
import { openEngine } from '../../engine/openEngine.js';
import { checkWritable } from '../../io/outputFile.js';
import { alexNet, inputPadding } from '../../model/alexnet.js';
import { Network } from '../../model/network.js';
import { withDefaults } from '../../options/option.js';
import { type ReportOptions, reportOptions } from '../../options/reportOptions.js';
import { describeRun } from '../../options/train/describeRun.js';
import type { CommandContext } from '../../profile/context.js';
import { fullAudit, shortAudit } from '../../report/gather/audit.js';
import { type PastRun, readPastRun } from '../../report/gather/pastRun.js';
import type { Report } from '../../report/gather/result.js';
import { validationSet } from '../../report/gather/validation.js';
import { type Subject, writeReport } from '../../report/gather/write.js';
import { newestModel, runFiles } from '../../run/runFiles.js';
import { ImageSource } from '../../training/batchSource.js';
import { type Model, readModel } from '../../weights/modelFile.js';

export type { Report } from '../../report/gather/result.js';

/**
 * Writes the report on the run in `folder`, by default the newest complete one under `models/`, and evaluates its best
 * model on the validation images. The run may be interrupted or killed. Throws a data error if there is no run,
 * or if its images are missing and an existing report would be replaced without `force`.
 */
export async function report(
  folder: string | undefined,
  given: Partial<ReportOptions> = {},
  context: CommandContext = silentContext,
): Promise<Report> {
  const options = withDefaults(reportOptions, given);
  const past = await readPastRun(folder ?? (await newestRun(context)));
  const file = options.out ?? join(past.path, runFiles.report);
  await checkWritable(file);
  const { model, note } = await modelOf(past);
  const data = options.data ?? past.run.options.data;
  const set = validationSet(past, data, options.val);
  if (!options.force) await requireImages([data, ...set.paths], file);
  const audit = options.noCheck ? shortAudit(past, data) : await fullAudit(past, data, context);
  const parts = { past, ...describeRun(past), audit, notes: note ? [note] : [], file };
  if (!model) return await writeReport(parts, context);

  const engine = await openEngine({ ...context, ...options, setup: mayFetch(options) });
  const layers = alexNet({ ...model.architecture, classes: model.classes.length });
  const network = new Network(layers, engine, model.tensors);
  const { preprocessing } = model;
  const { workers } = options;
  await using loader = openLoader(engine, {
    ...{ preprocessing, workers, border: inputPadding, images: set.paths.length },
  });
  try {
    const source = new ImageSource(loader, set.paths, (index) => set.names[index]!);
    const subject: Subject = { network, loader, source, set, batchSize: 64 };
    return await writeReport({ ...parts, subject }, context);
  } finally {
    network.dispose();
  }
}

/** Throws a data error if `paths` are missing and `file` exists: the new report would have less than the old one. */
async function requireImages(paths: readonly string[], file: string): Promise<void> {
  if (!existsSync(file)) return;
  const missing = paths.filter((path) => !existsSync(path));
  if (missing.length === 0) return;
  throw dataError(
    `Images of the run are missing, such as '${printable(missing.at(-1)!)}': the new report would have less than ` +
      `'${printable(file)}', which was not changed.`,
    'If they have moved, name their folder: --data DIR (and --val DIR). Or replace the report with --force.',
  );
}

async function newestRun({ onMessage }: CommandContext): Promise<string> {
  const path = await newestModel();
  if (path === undefined) {
    throw dataError(
      'There is no complete run under models/ in this folder.',
      'Name one: alexft report models/NAME',
    );
  }
  onMessage(`Using the newest model, ${printable(path)}`);
  return path;
}

/** The run's best model, or a note that says why there is none. */
async function modelOf({ path, run }: PastRun): Promise<{ model?: Model; note?: string }> {
  const file = join(path, runFiles.best);
  if (!(await stat(file).catch(() => undefined))) {
    return { note: 'No model was saved yet, so this report has only the training curves.' };
  }
  try {
    const model = await readModel(file);
    const same =
      model.classes.length === run.classes.length &&
      model.classes.every((name, i) => name === run.classes[i]);
    if (same) return { model };
    return { note: 'The model in the run folder has other classes than the run and was not evaluated.' };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { note: `The model can't be read: ${reasonOf(error)}` };
  }
}
