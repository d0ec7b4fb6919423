// Which folders are the parts of a split, and not classes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitLayoutError } from '../../../dist/data/dataset/layout.js';

/** The hint for a dataset with these images; undefined where its folders are classes. */
function hintFor(paths: readonly string[]): string | undefined {
  const classes = [...new Set(paths.map((path) => path.split('/')[0]!))].sort();
  const samples = paths.map((path) => ({ path, label: classes.indexOf(path.split('/')[0]!) }));
  return splitLayoutError({ root: 'pets', classes, samples })?.hint;
}
const images = (part: string, ...classes: string[]) => classes.map((name) => `${part}/${name}/1.jpg`);
const train = images('train', 'cat', 'dog');
const both = 'Train with --data pets/train --val pets/val; check and evaluate take one part as --data.';

for (const [name, paths, hint] of [
  ['the same classes', [...train, ...images('val', 'cat', 'dog')], both],
  ['a part that lacks a class', [...train, ...images('val', 'cat')], both],
  ['a part with a class that train lacks', [...train, ...images('val', 'cat', 'dog', 'cow')], both],
  ['other case', [...train, ...images('val', 'Cat', 'Dog')], both],
  [
    'other Unicode normalization',
    [...images('train', 'Caf\u00e9', 'b'), ...images('val', 'Cafe\u0301', 'b')],
    both,
  ],
  [
    'a folder between',
    [...images('train/images', 'cat', 'dog'), ...images('val/images', 'cat', 'dog')],
    both.replaceAll(/pets\/(train|val)/g, 'pets/$1/images'),
  ],
  [
    'no training part',
    [...images('val', 'cat', 'dog'), ...images('test', 'cat', 'dog')],
    'There is no folder for training, such as train/. Commands take one part as --data: --data pets/test.',
  ],
  [
    'a test part without classes',
    [...train, 'test/1.jpg', 'test/2.jpg'],
    both.replace(' --val pets/val', ''),
  ],
  ['classes of other names', [...images('cat', 'a', 'b'), ...images('dog', 'a', 'b')], undefined],
  ['two classes named as parts', ['train/1.jpg', 'test/1.jpg'], undefined],
  ['the same single sub-folder', [...images('train', 'photos'), ...images('test', 'photos')], undefined],
  ['a part beside classes', [...train, 'cow/1.jpg', 'pig/1.jpg'], undefined],
] as const) {
  test(`${name}: ${hint ? 'a split' : 'classes'}`, () => assert.equal(hintFor(paths), hint));
}
