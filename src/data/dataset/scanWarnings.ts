// Warnings about a scanned folder.

import { extname } from 'node:path';
import { compareCodePoints } from '../../core/codePoints.js';
import { examples } from '../../core/text.js';
import { isImageName } from '../formats/imageNames.js';
import type { SkippedEntry } from './walk.js';

interface Scanned {
  readonly classes: readonly string[];
  /** All files of each class, relative to the class folder. */
  readonly files: readonly (readonly string[])[];
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
  const hidden = files.flatMap((paths, label) =>
    paths
      .filter((path) => isImageName(path) && /(^|\/)\./.test(path))
      .map((path) => `${classes[label]}/${path}`),
  );
  if (hidden.length > 0) {
    warnings.push(`Hidden images are used, as in torchvision: ${examples(hidden)}.`);
  }
  if (skipped.length > 0) {
    const named = skipped.map(({ path, reason }) => `${path}: ${reason}`);
    warnings.push(`Skipped: ${examples(named, '; ')}.`);
  }
  const others = files.flat().filter((path) => !isImageName(path));
  if (others.length > 0) {
    const count = others.length === 1 ? '1 file' : `${others.length} files`;
    warnings.push(`Skipped because of the extension: ${count} (${countsByExtension(others)}).`);
  }
  if (imagesInRoot.length > 0) {
    warnings.push(`Skipped images outside the class folders: ${examples(imagesInRoot)}.`);
  }
  return warnings;
}

function countsByExtension(paths: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const extension = extname(path).toLowerCase() || 'no extension';
    counts.set(extension, (counts.get(extension) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a], [b]) => compareCodePoints(a, b));
  return examples(sorted.map(([extension, count]) => `${extension} ${count}`));
}
