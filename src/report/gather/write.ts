// Collects a report's data and writes the page; for `alexft report` and for the end of a training.

import { stat } from 'node:fs/promises';
import type { Context } from '../../core/context.js';
import type { ImageLoader } from '../../data/imageLoader.js';
import { inOrder } from '../../data/sampler.js';
import { writeOutputFile } from '../../io/outputFile.js';
import type { Network } from '../../model/network.js';
import type { BatchSource } from '../../training/batchSource.js';
import { type Prediction, predictSamples } from '../../training/evaluateNetwork.js';
import { calibrationOfImages } from '../calibration.js';
import { reportPage } from '../page.js';
import { type Audit, isMistake, type RunCommand, type RunOption, type Validation } from '../reportData.js';
import { tableClasses } from '../sections/classes.js';
import { selectImages } from '../selection.js';
import { confusionImage, filtersOf } from './drawings.js';
import { curvesOf, factsOf } from './facts.js';
import type { PastRun } from './pastRun.js';
import { withPhotos } from './photos.js';
import type { Report } from './result.js';
import { evaluateValidation, type ImageSet } from './validation.js';

/** The best model and the images to evaluate. */
export interface Subject {
  readonly network: Network;
  readonly loader: ImageLoader;
  readonly source: BatchSource;
  readonly set: ImageSet;
  readonly batchSize: number;
  /** The model's predictions for the validation images, if they are known already. */
  readonly predictions?: readonly Prediction[] | undefined;
}

/** A run in terms of the command line. */
export interface RunDescription {
  readonly options: readonly RunOption[];
  readonly commands: readonly RunCommand[];
}

interface ReportParts extends RunDescription {
  readonly past: PastRun;
  /** Absent without a usable model. */
  readonly subject?: Subject | undefined;
  readonly audit: Audit;
  readonly notes: readonly string[];
  readonly file: string;
}

/** Writes the report to `file` atomically. */
export async function writeReport(
  { past, options, commands, subject, audit, notes, file }: ReportParts,
  context: Context,
): Promise<Report> {
  const reasons = new Map(past.skipped.map(({ file, reason }) => [file, reason]));
  const classes = past.run.classes.length;
  const validation = subject && (await validationOf(subject, { classes, reasons }, context));
  const run = factsOf(past, options, new Date());
  const allNotes = [...notes, ...notesOn(validation, subject)];
  const page = reportPage({
    run,
    classes: past.run.classes,
    curves: curvesOf(past),
    validation,
    notes: allNotes,
    filters: subject && (await filtersOf(subject.network)),
    audit,
    commands,
  });
  context.signal?.throwIfAborted();
  await writeOutputFile(file, page);
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
      calibrationError: calibrationOfImages(validation.predictions).expectedError,
      mistakes: validation.predictions.filter(isMistake).length,
    }),
    audit: audit.kind,
    notes: allNotes,
  };
}

/** What a page shows of the images' predictions. `reasons`: by file name, why images are unreadable. */
export async function validationOf(
  { network, loader, source, set, batchSize, predictions }: Subject,
  { classes, reasons }: { readonly classes: number; readonly reasons: Map<string, string> },
  context: Context,
): Promise<Validation | undefined> {
  const results = predictions ?? predictSamples(network, source, inOrder(set.validation), batchSize);
  const evaluated = await evaluateValidation(results, set, { classes, reasons }, context);
  if (!evaluated) return undefined;
  const { mistakes, uncertain } = selectImages(evaluated.predictions);
  const shown = await withPhotos([...mistakes, ...uncertain], { network, loader, set }, context);
  return {
    ...evaluated,
    mistakes: shown.slice(0, mistakes.length),
    uncertain: shown.slice(mistakes.length),
    confusionImage: classes > tableClasses ? await confusionImage(evaluated.confusion) : undefined,
  };
}

function notesOn(validation: Validation | undefined, subject: Subject | undefined): string[] {
  if (!subject) return [];
  const expected = subject.set.validation.length;
  if (expected === 0) return ['The run has no validation images, so its model was not evaluated.'];
  const moved = 'If they were moved, name their folder: alexft report --data DIR';
  if (!validation) return [`None of the ${expected} validation images could be read. ${moved}`];
  const { leftOut } = validation;
  if (leftOut.length === 0) return [];
  const missing = leftOut.some(({ reason }) => reason === 'no such file');
  return [
    `${leftOut.length} of the ${expected} validation images could not be read and were skipped.${missing ? ` ${moved}` : ''}`,
  ];
}
