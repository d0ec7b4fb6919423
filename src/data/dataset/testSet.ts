// The images of --test: evaluated once, after the training.

import { join } from 'node:path';
import { type Context, scanProgress } from '../../core/context.js';
import { printable } from '../../core/errors.js';
import { counted } from '../../core/text.js';
import { labelsByName, type TrainingSet } from './dataset.js';
import { hashFiles } from './fileHash.js';
import { type Ignore, ignoreOf } from './ignore.js';
import { scanImageFolder } from './scan.js';

export interface TestSet {
  /** The folder, as given. */
  readonly folder: string;
  readonly paths: readonly string[];
  readonly names: readonly string[];
  /** The class of each image, among those of the training. */
  readonly labels: readonly number[];
}

interface TestConfig {
  readonly test: string | undefined;
  readonly ignore?: string | undefined;
  readonly reference?: 'none' | 'torch';
}

/**
 * Scans the folder of `config`; undefined without one. Reports images that are also in `dataset`. Throws a data error
 * for a class that the training does not have.
 */
export async function openTestSet(
  config: TestConfig,
  dataset: TrainingSet,
  context: Context,
): Promise<TestSet | undefined> {
  if (config.test === undefined) return undefined;
  const ignore: Ignore = ignoreOf(config);
  const images = await scanImageFolder(config.test, { ignore, onFound: scanProgress(context) });
  for (const warning of images.warnings) context.onMessage(warning);
  const { classes } = dataset;
  const names = images.samples.map(({ path }) => path);
  const set = { folder: config.test, names, labels: labelsByName(images, { classes }) };
  const paths = names.map((name) => join(images.root, name));
  await warnOfKnown(paths, dataset, context);
  return { ...set, paths };
}

async function warnOfKnown(paths: readonly string[], dataset: TrainingSet, context: Context): Promise<void> {
  const known = new Set(dataset.files.map((file) => file?.sha256));
  const files = await hashFiles(paths, () => {}, context.signal);
  const shared = files.filter((file) => file && file.size > 0 && known.has(file.sha256));
  if (shared.length === 0) return;
  context.onMessage(
    `${counted(shared.length, 'image')} of --test, such as ${printable(shared[0]!.path)}, are also in the dataset of the ` +
      "training. The test's figures come out too good.",
  );
}
