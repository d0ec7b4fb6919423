// Reads pickles.json, the output of generatePickles.py.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../support.js';

interface Pickles {
  readonly lpipsJax: {
    readonly pickles: Readonly<Record<string, string>>;
    readonly expected: Readonly<Record<string, { shape: number[]; data: number[] }>>;
  };
  readonly torch: readonly string[];
  readonly doubles: string;
  readonly plain: Readonly<Record<string, string>>;
  readonly hostile: Readonly<Record<string, string>>;
}

/** In base64. */
export const pickles = JSON.parse(
  readFileSync(join(root, 'test', 'weights', 'pickle', 'pickles.json'), 'utf8'),
) as Pickles;

export const bytesOf = (base64: string): Buffer => Buffer.from(base64, 'base64');
