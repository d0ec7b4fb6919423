// What a scan tells about besides its pictures.

import { extname } from 'node:path';
import { compareCodePoints } from './codePoints.js';
import { examples } from './examples.js';
import { isPictureName } from './pictureNames.js';
import type { LeftOut } from './walk.js';

interface Scanned {
  readonly classes: readonly string[];
  /** Of each class: all files, pictures and others, from the class's folder on. */
  readonly files: readonly (readonly string[])[];
  /** Pictures beside the classes' folders. */
  readonly picturesInRoot: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

/** Sentences for the user; none where all is as it should be. */
export function scanWarnings({ classes, files, picturesInRoot, leftOut }: Scanned): string[] {
  const warnings: string[] = [];

  const hiddenClasses = classes.filter((name) => name.startsWith('.'));
  if (hiddenClasses.length > 0) {
    warnings.push(`Hidden folders count as classes, as in torchvision: ${examples(hiddenClasses)}.`);
  }
  const hidden = files.flatMap((paths, label) =>
    paths
      .filter((path) => isPictureName(path) && /(^|\/)\./.test(path))
      .map((path) => `${classes[label]}/${path}`),
  );
  if (hidden.length > 0) {
    warnings.push(`Hidden pictures count too, as in torchvision: ${examples(hidden)}.`);
  }
  if (leftOut.length > 0) {
    const named = leftOut.map(({ path, reason }) => `${path}: ${reason}`);
    warnings.push(`Left out: ${examples(named, '; ')}.`);
  }
  const others = files.flat().filter((path) => !isPictureName(path));
  if (others.length > 0) {
    warnings.push(`Left out by their ending: ${counted(others.length)} (${byEnding(others)}).`);
  }
  if (picturesInRoot.length > 0) {
    warnings.push(`In no class, so left out: ${examples(picturesInRoot)}.`);
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
