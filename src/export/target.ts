// The formats of an export, and which of them an output path is for.

import { extname } from 'node:path';
import { printable, usageError } from '../core/errors.js';

/** The values of `--to`. */
export const targetNames = ['onnx', 'savedmodel', 'tfjs', 'web', 'torch'] as const;
export type TargetName = (typeof targetNames)[number];

/** The endings of a target's file; none for a folder. */
const endings: Readonly<Record<TargetName, readonly string[]>> = {
  onnx: ['.onnx'],
  savedmodel: [],
  tfjs: [],
  web: [],
  torch: ['.pth', '.pt'],
};

/** Whether the target is a folder. */
export const isFolder = (target: TargetName): boolean => endings[target].length === 0;

/** The target of `out`: `to`, by default that of its ending. Throws a usage error if they do not agree. */
export function targetOf(out: string, to: TargetName | undefined): TargetName {
  const byEnding = targetNames.find((name) => endings[name].includes(extname(out).toLowerCase()));
  const target = to ?? byEnding;
  if (target === undefined) {
    throw usageError(
      `Expected a file name with .onnx, .pth or .pt, or --to for a folder, but received '${printable(out)}'.`,
      `--to is one of ${targetNames.join(', ')}.`,
    );
  }
  if (byEnding === target || (byEnding === undefined && isFolder(target))) return target;
  const expected = isFolder(target) ? 'a folder' : `a file name with ${endings[target].join(' or ')}`;
  throw usageError(`Expected ${expected} for --to ${target} but received '${printable(out)}'.`);
}
