// What a scan tells about besides its images.

import { extname } from 'node:path';
import { compareCodePoints } from '../core/codePoints.js';
import { examples } from '../core/text.js';
import { isImageName } from './formats/imageNames.js';
import type { LeftOut } from './walk.js';

interface Scanned {
  readonly classes: readonly string[];
  /** Of each class: all files, images and others, from the class's folder on. */
  readonly files: readonly (readonly string[])[];
  /** Images beside the classes' folders. */
  readonly imagesInRoot: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

/** Sentences for the user; none where all is as it should be. */
export function scanWarnings({ classes, files, imagesInRoot, leftOut }: Scanned): string[] {
  const warnings: string[] = [];

  const hiddenClasses = classes.filter((name) => name.startsWith('.'));
  if (hiddenClasses.length > 0) {
    warnings.push(`Hidden folders count as classes, as in torchvision: ${examples(hiddenClasses)}.`);
  }
  const hidden = files.flatMap((paths, label) =>
    paths
      .filter((path) => isImageName(path) && /(^|\/)\./.test(path))
      .map((path) => `${classes[label]}/${path}`),
  );
  if (hidden.length > 0) {
    warnings.push(`Hidden images count too, as in torchvision: ${examples(hidden)}.`);
  }
  if (leftOut.length > 0) {
    const named = leftOut.map(({ path, reason }) => `${path}: ${reason}`);
    warnings.push(`Left out: ${examples(named, '; ')}.`);
  }
  const others = files.flat().filter((path) => !isImageName(path));
  if (others.length > 0) {
    warnings.push(`Left out by their ending: ${counted(others.length)} (${byEnding(others)}).`);
  }
  if (imagesInRoot.length > 0) {
    warnings.push(`In no class, so left out: ${examples(imagesInRoot)}.`);
  }
  return warnings;
}

function byEnding(paths: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const ending = extname(path).toLowerCase() || 'no ending';
    counts.set(ending, (counts.get(ending) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a], [b]) => compareCodePoints(a, b));
  return examples(sorted.map(([ending, count]) => `${ending} ${count}`));
}

const counted = (files: number): string => (files === 1 ? '1 file' : `${files} files`);
