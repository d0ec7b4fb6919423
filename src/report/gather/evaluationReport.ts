// Writes the page of `evaluate --out`.

import type { Context } from '../../core/context.js';
import { writeOutputFile } from '../../io/outputFile.js';
import { ImageSource } from '../../training/batchSource.js';
import { type EvaluationPageData, evaluationPage } from '../evaluationPage.js';
import { madeAt } from './facts.js';
import { type Subject, validationOf } from './write.js';

interface EvaluationReport extends Pick<EvaluationPageData, 'data' | 'model' | 'classes'> {
  readonly subject: Omit<Subject, 'source'>;
  /** By file name, why images are unreadable. */
  readonly reasons: Map<string, string>;
}

/** `subject` has predictions for at least one image. */
export async function writeEvaluationPage(
  file: string,
  { subject, reasons, ...facts }: EvaluationReport,
  context: Context,
): Promise<void> {
  const { loader, set } = subject;
  const source = new ImageSource(loader, set.paths, (index) => set.names[index]!);
  const classes = facts.classes.length;
  const validation = await validationOf({ ...subject, source }, { classes, reasons }, context);
  await writeOutputFile(
    file,
    evaluationPage({ ...facts, validation: validation!, made: madeAt(new Date()) }),
  );
}
