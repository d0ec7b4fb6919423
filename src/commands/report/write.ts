// Puts a report together and writes it: what `alexft report` and the end of a training have in common.

import { stat, writeFile } from 'node:fs/promises';
import { plainDraws } from '../../data/draws.js';
import type { PictureLoader } from '../../data/pictureLoader.js';
import { writeAtomically } from '../../fetch/atomic.js';
import type { Network } from '../../model/network.js';
import { calibrationOfPictures } from '../../report/calibration.js';
import { reportPage } from '../../report/page.js';
import { picksOf } from '../../report/picks.js';
import { type Audit, isMistake, type Validation } from '../../report/reportData.js';
import { tableClasses } from '../../report/sections/classes.js';
import type { BatchSource } from '../../training/batchSource.js';
import { type Prediction, predictSamples } from '../../training/evaluateNetwork.js';
import type { CommandContext } from '../context.js';
import { writing } from '../outputFile.js';
import { confusionPicture, filtersOf } from './drawings.js';
import { curvesOf, factsOf, repeatCommands } from './facts.js';
import { judgeValidation, type PictureSet } from './judge.js';
import type { PastRun } from './pastRun.js';
import { withPhotos } from './photos.js';
import type { Report } from './result.js';

/** The best model, and the pictures that it is to be shown. */
export interface Subject {
  readonly network: Network;
  readonly loader: PictureLoader;
  readonly source: BatchSource;
  readonly set: PictureSet;
  readonly batchSize: number;
  /** What the model says of the validation pictures, where that is known. */
  readonly predictions?: readonly Prediction[] | undefined;
}

interface Parts {
  readonly past: PastRun;
  /** Absent where no model is to be had. */
  readonly subject?: Subject | undefined;
  readonly audit: Audit;
  readonly notes: readonly string[];
  readonly file: string;
}

/** Writes the report to `file`, whole or not at all. */
export async function writeReport(
  { past, subject, audit, notes, file }: Parts,
  context: CommandContext,
): Promise<Report> {
  const validation = subject && (await validationOf(subject, past, context));
  const run = factsOf(past, new Date());
  const allNotes = [...notes, ...notesOn(validation, subject)];
  const page = reportPage({
    run,
    classes: past.run.classes,
    curves: curvesOf(past),
    validation,
    notes: allNotes,
    filters: subject && (await filtersOf(subject.network)),
    audit,
    repeat: repeatCommands(past),
  });
  context.signal?.throwIfAborted();
  await writing(file, () => writeAtomically(file, (temporary) => writeFile(temporary, page)));
  return {
    run: past.path,
    file,
    bytes: (await stat(file)).size,
    state: run.state,
    epochs: past.epochs.length,
    ...(run.bestEpoch !== undefined && { bestEpoch: run.bestEpoch }),
    images: validation?.images ?? 0,
    leftOut: validation?.leftOut.length ?? subject?.set.validation.length ?? 0,
    ...(validation && {
      accuracy: validation.accuracy,
      loss: validation.loss,
      calibrationError: calibrationOfPictures(validation.judged).expectedError,
      mistakes: validation.judged.filter(isMistake).length,
    }),
    audit: audit.kind,
    notes: allNotes,
  };
}

async function validationOf(
  { network, loader, source, set, batchSize, predictions }: Subject,
  { run, skipped }: PastRun,
  context: CommandContext,
): Promise<Validation | undefined> {
  const reasons = new Map(skipped.map(({ file, reason }) => [file, reason]));
  const classes = run.classes.length;
  const said = predictions ?? predictSamples(network, source, plainDraws(set.validation), batchSize);
  const judgement = await judgeValidation(said, set, { classes, reasons }, context);
  if (!judgement) return undefined;
  const { mistakes, uncertain } = picksOf(judgement.judged);
  const shown = await withPhotos([...mistakes, ...uncertain], { network, loader, set }, context);
  return {
    ...judgement,
    mistakes: shown.slice(0, mistakes.length),
    uncertain: shown.slice(mistakes.length),
    confusionPicture: classes > tableClasses ? await confusionPicture(judgement.confusion) : undefined,
  };
}

function notesOn(validation: Validation | undefined, subject: Subject | undefined): string[] {
  if (!subject) return [];
  const asked = subject.set.validation.length;
  if (asked === 0) return ['The run has no validation pictures: nothing tells how good its model is.'];
  const moved = 'alexft report --data DIR says where they are now.';
  if (!validation) return [`None of the ${asked} validation pictures could be read. ${moved}`];
  const { leftOut } = validation;
  if (leftOut.length === 0) return [];
  const gone = leftOut.some(({ reason }) => reason === 'no such file');
  return [
    `Of the ${asked} validation pictures, ${leftOut.length} could not be read, and are left out.${gone ? ` ${moved}` : ''}`,
  ];
}
