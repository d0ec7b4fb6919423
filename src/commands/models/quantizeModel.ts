// alexft export --quantize: the quantized weights, and the accuracy that they cost.

import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Context, scanProgress } from '../../core/context.js';
import { dataError, printable, usageError } from '../../core/errors.js';
import { labelsByName } from '../../data/dataset/dataset.js';
import { scanImageFolder } from '../../data/dataset/scan.js';
import type { Engine } from '../../engine/engine.js';
import { checkLoss, compareAccuracy, type LabelledImages } from '../../export/accuracy.js';
import type { QuantizationResult } from '../../export/proofResult.js';
import { quantizedState } from '../../export/quantize.js';
import type { StateDict } from '../../model/stateDict.js';
import type { ExportOptions } from '../../options/exportOptions.js';
import { readPastRun } from '../../report/gather/pastRun.js';
import { validationSet } from '../../report/gather/validation.js';
import { runFiles } from '../../run/runFiles.js';
import type { Model } from '../../weights/modelFile.js';

/** The default of `maxLoss`, in percentage points. */
const usualMaxLoss = 1;

/**
 * The parameters with the option `quantize`, and what that costs. Throws a UserError (exit 1) if it is more than
 * `maxLoss`, and a usage error (exit 2) if that can't be measured.
 */
export async function quantizeModel(
  from: string,
  model: Model,
  { quantize: type, maxLoss, data }: ExportOptions,
  engine: Engine,
  context: Context,
): Promise<{ tensors: StateDict; result: QuantizationResult } | undefined> {
  if (type === undefined) return undefined;
  const images = await validationImages(from, model.classes, data, context);
  if (!images && maxLoss !== undefined) {
    throw usageError(
      `--max-loss needs validation images, but '${printable(from)}' has none.`,
      'Name a folder of images, with one sub-folder per class: --data DIR.',
    );
  }
  const tensors = quantizedState(model.tensors, type);
  if (!images) return { tensors, result: { type } };
  const accuracy = await compareAccuracy(engine, model, tensors, images, context);
  checkLoss(type, accuracy, maxLoss ?? usualMaxLoss);
  return { tensors, result: { type, accuracy } };
}

/**
 * The images of the folder `data`, by default the validation images of the run that the model `from` belongs to;
 * undefined where there are none. Throws a data error (exit 3) if the run's images are missing.
 */
async function validationImages(
  from: string,
  classes: readonly string[],
  data: string | undefined,
  context: Context,
): Promise<LabelledImages | undefined> {
  if (data !== undefined) {
    const folder = await scanImageFolder(data, { onFound: scanProgress(context) });
    const labels = labelsByName(folder, { classes });
    return { paths: folder.samples.map(({ path }) => join(folder.root, path)), labels };
  }
  const isFolder = (await stat(from).catch(() => undefined))?.isDirectory() === true;
  const run = isFolder ? from : dirname(from);
  if (!existsSync(join(run, runFiles.run))) return undefined;
  const past = await readPastRun(run);
  const { paths, labels } = validationSet(past);
  const isOfRun = String(past.run.classes) === String(classes);
  if (!isOfRun || paths.length === 0) return undefined;
  const missing = paths.find((path) => !existsSync(path));
  if (missing === undefined) return { paths, labels };
  throw dataError(
    `Validation images of the run are missing, such as '${printable(missing)}'.`,
    'Name a folder with other images of the classes: --data DIR.',
  );
}
