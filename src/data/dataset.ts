// The images of a training: those of --data, divided into a training and a validation side, or with --val two
// folders, one for each.

import { join } from 'node:path';
import { type Context, scanProgress, silentContext } from '../core/context.js';
import { dataError, printable } from '../core/errors.js';
import type { ResolvedTrainOptions } from '../options/trainOptions.js';
import { shortCheck } from './datasetWarnings.js';
import type { HashedFile } from './fileHash.js';
import { type ImageFolder, scanImageFolder } from './scan.js';
import { splitRecord, splitSamples, splitWarnings } from './split.js';

export interface TrainingSet {
  readonly classes: readonly string[];
  /** Of every sample: where its image is, how it is called in messages, and its class. */
  readonly paths: readonly string[];
  readonly names: readonly string[];
  readonly labels: readonly number[];
  /** The content of its file; undefined where that can't be read. */
  readonly files: readonly (HashedFile | undefined)[];
  /** Samples, by index. */
  readonly train: readonly number[];
  readonly validation: readonly number[];
  /** What split.json keeps. */
  readonly record: object;
  readonly warnings: readonly string[];
}

/** The options that say which images, and how they are divided. */
export type SetOptions = Pick<
  ResolvedTrainOptions,
  'data' | 'val' | 'split' | 'valSplit' | 'seed' | 'classWeights'
>;

/** Scans and splits; files with the same bytes are kept on one side. Throws a data error for folders that are no image folders, or that don't fit each other. */
export async function openTrainingSet(
  options: SetOptions,
  context: Context = silentContext,
): Promise<TrainingSet> {
  const { data, val, split: method, valSplit, seed } = options;
  const onFound = scanProgress(context);
  const images = await scanImageFolder(data, { minimumClasses: 2, onFound });
  const all = (folder: ImageFolder, labels: readonly number[]) => ({
    paths: folder.samples.map(({ path }) => join(folder.root, path)),
    names: folder.samples.map(({ path }) => path),
    labels,
  });
  const own = all(
    images,
    images.samples.map(({ label }) => label),
  );

  if (val === undefined) {
    const { files, groups, warningsOf } = await shortCheck(own.paths, context);
    const parts = splitSamples(images.samples, { method, share: valSplit, seed }, groups);
    const split = splitRecord(images, parts, { method, share: valSplit, seed }, groups);
    const record = { ...split, files: withSums(split.files, files) };
    const set = { classes: images.classes, ...own, files, ...parts, record };
    const warnings = [...images.warnings, ...splitWarnings(images, parts), ...warningsOf(set, options)];
    return { ...set, warnings };
  }

  const others = await scanImageFolder(val, { onFound });
  const other = all(others, labelsByName(others, images));
  const train = own.paths.map((_, index) => index);
  const validation = other.paths.map((_, index) => own.paths.length + index);
  const paths = [...own.paths, ...other.paths];
  const { files, warningsOf } = await shortCheck(paths, context);
  const set = {
    classes: images.classes,
    paths,
    files,
    names: [...own.names, ...other.names.map((name) => join(val, name))],
    labels: [...own.labels, ...other.labels],
    train,
    validation,
    record: {
      schema: 1,
      method: 'folders',
      data,
      val,
      classes: images.classes,
      files: withSums([...recorded(images, 'train'), ...recorded(others, 'validation')], files),
    },
  };
  return { ...set, warnings: [...images.warnings, ...others.warnings, ...warningsOf(set, options)] };
}

/** Paths are from the side's own folder on. */
const recorded = ({ samples, classes }: ImageFolder, side: 'train' | 'validation') =>
  samples.map(({ path, label }) => ({ file: path, class: classes[label]!, side }));

/** With the SHA-256 of each file, by which a resume knows it again. */
const withSums = <T extends object>(entries: readonly T[], files: TrainingSet['files']) =>
  entries.map((entry, sample) => ({ ...entry, ...(files[sample] && { sha256: files[sample].sha256 }) }));

/** The labels of `folder`'s samples among the classes that are known, by name. */
export function labelsByName(
  folder: ImageFolder,
  known: { readonly classes: readonly string[]; readonly root?: string },
): number[] {
  const labels = folder.classes.map((name) => known.classes.indexOf(name));
  const unknown = folder.classes.filter((_, index) => labels[index]! < 0);
  if (unknown.length > 0) {
    const list = (names: readonly string[]) => names.map((name) => `'${printable(name)}'`).join(', ');
    throw dataError(
      `'${printable(folder.root)}' has classes that the model does not know: ${list(unknown)}.`,
      `It knows ${list(known.classes.slice(0, 20))}. Rename the folders, or leave those out.`,
    );
  }
  return folder.samples.map(({ label }) => labels[label]!);
}
