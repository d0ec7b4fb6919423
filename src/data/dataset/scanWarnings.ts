// Warnings about a scanned folder.

import { extname } from 'node:path';
import { compareCodePoints } from '../../core/codePoints.js';
import { counted, examples } from '../../core/text.js';
import { isImageName } from '../formats/imageNames.js';
import type { SkippedEntry } from './walk.js';

interface Scanned {
  readonly classes: readonly string[];
  /** All files in class folders. */
  readonly files: readonly string[];
  /** Images outside the class folders. */
  readonly imagesInRoot: readonly string[];
  readonly skipped: readonly SkippedEntry[];
}

/** Returns one sentence per warning. */
export function scanWarnings({ classes, files, imagesInRoot, skipped }: Scanned): string[] {
  const warnings: string[] = [];

  const hiddenClasses = classes.filter((name) => name.startsWith('.'));
  if (hiddenClasses.length > 0) {
    warnings.push(`Hidden folders are used as classes, as in torchvision: ${examples(hiddenClasses)}.`);
  }
  warnings.push(...spellingWarnings(classes, files));
  const isHidden = (path: string) => path.slice(path.indexOf('/')).includes('/.');
  const hidden = files.filter((path) => isImageName(path) && isHidden(path));
  if (hidden.length > 0) {
    warnings.push(`Hidden images are used, as in torchvision: ${examples(hidden)}.`);
  }
  const [ignored, unusable] = [true, false].map((wanted) =>
    skipped
      .filter(({ kind }) => (kind === 'ignored') === wanted)
      .map(({ path, reason }) => `${path}: ${reason}`),
  ) as [string[], string[]];
  if (ignored.length > 0) warnings.push(`Left out (${ignored.length}): ${examples(ignored, '; ')}.`);
  if (unusable.length > 0) warnings.push(`Skipped: ${examples(unusable, '; ')}.`);
  const others = files.filter((path) => !isImageName(path));
  if (others.length > 0) {
    const count = counted(others.length, 'file');
    warnings.push(`Skipped because of the extension: ${count} (${countsByExtension(others)}).`);
  }
  if (imagesInRoot.length > 0) {
    warnings.push(`Skipped images outside the class folders: ${examples(imagesInRoot)}.`);
  }
  return warnings;
}

/** For names that differ in case or Unicode normalization only. */
export const caseless = (name: string): string => name.normalize().toLowerCase();

function spellingWarnings(classes: readonly string[], files: readonly string[]): string[] {
  const spellings = new Map<string, string[]>();
  for (const folder of new Set(files.map((path) => path.slice(0, path.indexOf('/'))))) {
    spellings.set(caseless(folder), [...(spellings.get(caseless(folder)) ?? []), folder]);
  }
  return [...spellings.values()].flatMap((folders) => {
    if (folders.length < 2) return [];
    const areOne = classes.filter((name) => folders.includes(name)).length === 1;
    return areOne
      ? `Folders whose names differ only in Unicode normalization are one class: ${examples(folders)}.`
      : `Classes whose names differ only in case or Unicode normalization: ${examples(folders)}.`;
  });
}

/** Such as `.db 2, .gif 3`. */
export function countsByExtension(paths: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const extension = extname(path).toLowerCase() || 'no extension';
    counts.set(extension, (counts.get(extension) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a], [b]) => compareCodePoints(a, b));
  return examples(sorted.map(([extension, count]) => `${extension} ${count}`));
}
