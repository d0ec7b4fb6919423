// The dataset of a training: the images of --data, split into a training and a validation side, or with --val the
// images of two folders.

import { join } from 'node:path';
import { type Context, scanProgress, silentContext } from '../../core/context.js';
import { dataError, printable } from '../../core/errors.js';
import { counted } from '../../core/text.js';
import type { Grey16 } from '../transforms/preprocessing.js';
import { datasetWarnings, sameBytes } from './datasetWarnings.js';
import { type HashedFile, hashFiles } from './fileHash.js';
import { ignoreOf } from './ignore.js';
import { didYouMean, nestedClasses } from './layout.js';
import { type ImageFolder, scanImageFolder } from './scan.js';
import { caseless } from './scanWarnings.js';
import { type SplitMethod, splitRecord, splitSamples, splitWarnings } from './split.js';

export interface TrainingSet {
  readonly classes: readonly string[];
  /** Of every image: its path, its name in messages, and its class. */
  readonly paths: readonly string[];
  readonly names: readonly string[];
  readonly labels: readonly number[];
  /** Of every image, its content; undefined where the file can't be read. */
  readonly files: readonly (HashedFile | undefined)[];
  /** Indices of images. */
  readonly train: readonly number[];
  readonly validation: readonly number[];
  /** The content of split.json. */
  readonly record: object;
  /** Sentences for the user. */
  readonly warnings: readonly string[];
}

/** Finds groups of images, by index, that stay on one side of the split. */
export type FindGroups = (paths: readonly string[]) => Promise<readonly (readonly number[])[]>;

/** Which images, and how they are split. */
export interface DatasetConfig {
  /** The folder with one sub-folder a class. */
  readonly data: string;
  /** A folder of validation images, instead of a part of `data`. */
  readonly val: string | undefined;
  readonly split: SplitMethod;
  /** The share of `data` for validation. */
  readonly valSplit: number;
  readonly seed: number;
  /** What stays on one side: files with the same bytes, or also images that look the same. Default: exact. */
  readonly groupDuplicates?: 'exact' | 'similar';
  readonly classWeights: 'none' | 'balanced';
  /** Default: clip. */
  readonly grey16?: Grey16;
  /** Globs of files and folders to leave out, separated by commas. */
  readonly ignore?: string | undefined;
  /** `torch`: nothing is left out, as in torchvision. */
  readonly reference?: 'none' | 'torch';
}

/**
 * Scans the folders, reads every file once for its hash, and splits. Files with the same bytes stay on one side, or the
 * groups of `findGroups`.
 * Throws a data error for folders that are no image folders or do not match.
 */
export async function openTrainingSet(
  config: DatasetConfig,
  context: Context = silentContext,
  findGroups?: FindGroups,
): Promise<TrainingSet> {
  const onFound = scanProgress(context);
  const ignore = ignoreOf(config);
  const images = await scanImageFolder(config.data, { minimumClasses: 2, ignore, onFound });
  if (config.val === undefined) return await splitFolder(images, config, context, findGroups);
  const validation = await scanImageFolder(config.val, { ignore, onFound });
  return await twoFolders(images, validation, config.val, config, context);
}

async function splitFolder(
  images: ImageFolder,
  config: DatasetConfig,
  context: Context,
  findGroups: FindGroups | undefined,
): Promise<TrainingSet> {
  const { split: method, valSplit, seed } = config;
  const { paths, names } = filesOf(images);
  const files = await hash(paths, context);
  const groups = (await findGroups?.(paths)) ?? sameBytes(files);
  const options = { method, share: valSplit, seed };
  const parts = splitSamples(images.samples, options, groups);
  const record = splitRecord(images, parts, options, groups);
  const labels = images.samples.map(({ label }) => label);
  const set = { classes: images.classes, paths, names, labels, files, ...parts };
  return {
    ...set,
    record: { ...record, files: withHashes(record.files, files) },
    warnings: [
      ...images.warnings,
      ...splitWarnings(images, parts),
      ...datasetWarnings(set, config),
      ...(findGroups
        ? [`Images that look alike: ${counted(groups.length, 'group')}, each on one side of the split.`]
        : []),
    ],
  };
}

async function twoFolders(
  images: ImageFolder,
  others: ImageFolder,
  val: string,
  config: DatasetConfig,
  context: Context,
): Promise<TrainingSet> {
  const [own, other] = [filesOf(images), filesOf(others)];
  const paths = [...own.paths, ...other.paths];
  const labels = [...images.samples.map(({ label }) => label), ...labelsByName(others, images)];
  const files = await hash(paths, context);
  const set = {
    classes: images.classes,
    paths,
    names: [...own.names, ...other.names.map((name) => join(val, name))],
    labels,
    files,
    train: own.paths.map((_, index) => index),
    validation: other.paths.map((_, index) => own.paths.length + index),
  };
  const entries = [...entriesOf(images, 'train'), ...entriesOf(others, 'validation')];
  const { data } = config;
  return {
    ...set,
    record: {
      ...{ schema: 1, method: 'folders', data, val, classes: images.classes },
      files: withHashes(entries, files),
    },
    warnings: [...images.warnings, ...others.warnings, ...datasetWarnings(set, config)],
  };
}

const filesOf = ({ root, samples }: ImageFolder) => ({
  paths: samples.map(({ path }) => join(root, path)),
  names: samples.map(({ path }) => path),
});

const hash = (paths: readonly string[], { onProgress, signal }: Context) =>
  hashFiles(paths, (done, total) => onProgress('Comparing files', done, total, 'files'), signal);

/** Paths are relative to the side's own folder. */
const entriesOf = ({ samples, classes }: ImageFolder, side: 'train' | 'validation') =>
  samples.map(({ path, label }) => ({ file: path, class: classes[label]!, side }));

/** With the SHA-256 of each file, by which a resumed run recognizes it. */
const withHashes = <T extends object>(entries: readonly T[], files: TrainingSet['files']) =>
  entries.map((entry, index) => ({ ...entry, ...(files[index] && { sha256: files[index].sha256 }) }));

/**
 * The labels of `folder`'s samples among the known classes, by name; the Unicode normalization does not matter. Throws
 * a data error for an unknown class.
 */
export function labelsByName(
  folder: ImageFolder,
  known: { readonly classes: readonly string[]; readonly root?: string },
): number[] {
  const normalized = known.classes.map((name) => name.normalize());
  const labels = folder.classes.map((name) => {
    const same = known.classes.indexOf(name);
    return same < 0 ? normalized.indexOf(name.normalize()) : same;
  });
  const unknown = folder.classes.filter((_, index) => labels[index]! < 0);
  if (unknown.length > 0) {
    const list = (names: readonly string[]) => names.map((name) => `'${printable(name)}'`).join(', ');
    throw dataError(
      `'${printable(folder.root)}' has unknown classes: ${list(unknown)}.`,
      `The known ones are ${list(known.classes.slice(0, 20))}. ${hintFor(folder, unknown, known.classes)}`,
    );
  }
  return folder.samples.map(({ label }) => labels[label]!);
}

function hintFor(folder: ImageFolder, unknown: readonly string[], known: readonly string[]): string {
  const nested = folder.classes.length === 1 ? nestedClasses(folder.root, folder.samples) : undefined;
  if (nested !== undefined) return didYouMean(nested).trim();
  const folded = new Map(known.map((name) => [caseless(name), name]));
  const renamed = unknown.flatMap((name) => {
    const same = folded.get(caseless(name));
    return same === undefined ? [] : [`'${printable(name)}' to '${printable(same)}'`];
  });
  if (renamed.length === 0) return 'Rename the folders, or remove them.';
  return `Only the case differs: rename ${renamed.join(', ')}.`;
}
