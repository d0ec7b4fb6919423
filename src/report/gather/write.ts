// Puts a report together and writes it: what `alexft report` and the end of a training have in common.

import { stat, writeFile } from 'node:fs/promises';
import { writing } from '../../commands/outputFile.js';
import type { CommandContext } from '../../core/context.js';
import type { ImageLoader } from '../../data/imageLoader.js';
import { inOrder } from '../../data/sampler.js';
import { writeAtomically } from '../../io/atomic.js';
import type { Network } from '../../model/network.js';
import type { BatchSource } from '../../training/batchSource.js';
import { type Prediction, predictSamples } from '../../training/evaluateNetwork.js';
import { calibrationOfImages } from '../calibration.js';
import { reportPage } from '../page.js';
import { picksOf } from '../picks.js';
import { type Audit, isMistake, type Validation } from '../reportData.js';
import { tableClasses } from '../sections/classes.js';
import { confusionImage, filtersOf } from './drawings.js';
import { curvesOf, factsOf, repeatCommands } from './facts.js';
import { type ImageSet, judgeValidation } from './judge.js';
import type { PastRun } from './pastRun.js';
import { withPhotos } from './photos.js';
import type { Report } from './result.js';

/** The best model, and the images that it is to be shown. */
export interface Subject {
  readonly network: Network;
  readonly loader: ImageLoader;
  readonly source: BatchSource;
  readonly set: ImageSet;
  readonly batchSize: number;
  /** What the model says of the validation images, where that is known. */
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
      calibrationError: calibrationOfImages(validation.judged).expectedError,
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
  const said = predictions ?? predictSamples(network, source, inOrder(set.validation), batchSize);
  const judgement = await judgeValidation(said, set, { classes, reasons }, context);
  if (!judgement) return undefined;
  const { mistakes, uncertain } = picksOf(judgement.judged);
  const shown = await withPhotos([...mistakes, ...uncertain], { network, loader, set }, context);
  return {
    ...judgement,
    mistakes: shown.slice(0, mistakes.length),
    uncertain: shown.slice(mistakes.length),
    confusionImage: classes > tableClasses ? await confusionImage(judgement.confusion) : undefined,
  };
}

function notesOn(validation: Validation | undefined, subject: Subject | undefined): string[] {
  if (!subject) return [];
  const asked = subject.set.validation.length;
  if (asked === 0) return ['The run has no validation images: nothing tells how good its model is.'];
  const moved = 'alexft report --data DIR says where they are now.';
  if (!validation) return [`None of the ${asked} validation images could be read. ${moved}`];
  const { leftOut } = validation;
  if (leftOut.length === 0) return [];
  const gone = leftOut.some(({ reason }) => reason === 'no such file');
  return [
    `Of the ${asked} validation images, ${leftOut.length} could not be read, and are left out.${gone ? ` ${moved}` : ''}`,
  ];
}
