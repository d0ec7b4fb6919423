// Options of a training's images.

import { usageError } from '../../core/errors.js';
import { augmentationsIn } from '../../data/augmentation/augment.js';
import { expected } from '../option.js';
import { choice, flag, number, text } from '../optionKinds.js';

export const dataOption = text({
  flag: '--data',
  placeholder: '<dir>',
  group: 'Main options',
  help: 'dataset: a folder with one sub-folder of images per class',
  default: undefined,
  defaultText: 'required',
});

export const ignoreOption = text({
  flag: '--ignore',
  placeholder: '<glob>',
  group: 'Data',
  help: 'files and folders to leave out, by name or path in the dataset; several are separated by commas',
  default: undefined,
});

export const dataOptions = {
  val: text({
    flag: '--val',
    placeholder: '<dir>',
    group: 'Data',
    help: 'separate validation dataset, instead of a split of --data',
    default: undefined,
    defaultText: 'a split of --data',
  }),
  test: text({
    flag: '--test',
    placeholder: '<dir>',
    group: 'Data',
    help: 'dataset to evaluate the best model on, once, after the training',
    default: undefined,
  }),
  valSplit: number({
    flag: '--val-split',
    group: 'Data',
    help: 'fraction of the images to validate on',
    min: 0,
    max: 0.9,
    default: 0.1,
  }),
  split: choice(['stratified', 'random', 'torch'], {
    flag: '--split',
    group: 'Data',
    help: 'how to split: per class, over all images, or like torch.utils.data.random_split',
    default: undefined,
    defaultText: 'stratified; torch with --reference torch',
  }),
  groupDuplicates: choice(['exact', 'similar'], {
    flag: '--group-duplicates',
    group: 'Data',
    help: 'what stays on one side of the split: files with the same bytes, or also images that look the same',
    default: 'exact',
  }),
  augment: text({
    flag: '--augment',
    placeholder: '<list|none>',
    group: 'Data',
    help: 'random transforms of training images: flip, crop[:SCALE], jitter[:STRENGTH[:HUE]], erase[:PROBABILITY], separated by commas',
    default: 'flip',
    check: (value) => {
      if (augmentationsIn(value)) return;
      throw expected(
        '--augment',
        'none, or a list of flip, crop:SCALE (0.01 to 1), jitter:STRENGTH:HUE (0 to 1, 0 to 0.5) and erase:PROBABILITY (0 to 1)',
        value,
      );
    },
  }),
  views: number({
    flag: '--views',
    group: 'Data',
    help: 'random views of each image, whose features are cached; for crop, jitter and erase with frozen layers',
    integer: true,
    min: 1,
    max: 10_000,
    default: undefined,
    defaultText: 'another view in each epoch',
  }),
  resize: choice(['squash', 'crop'], {
    flag: '--resize',
    group: 'Data',
    help: 'images as 224 x 224: the whole image without its aspect ratio, or its centre (Resize 256, CenterCrop 224)',
    default: 'squash',
  }),
  exif: flag({
    flag: '--exif',
    group: 'Data',
    help: 'rotate images by their EXIF orientation',
    default: false,
  }),
  grey16: choice(['clip', 'scale'], {
    flag: '--grey16',
    group: 'Data',
    help: '16-bit grey images: clip values above 255 to white, as Pillow does, or scale them to 8 bits',
    default: 'clip',
  }),
  maxBad: number({
    flag: '--max-bad',
    group: 'Data',
    help: 'fraction of unreadable files to tolerate',
    min: 0,
    max: 1,
    default: undefined,
    defaultText: '0.1; 0 with --reference torch',
  }),
  ignore: ignoreOption,
};

/** The value of --data, which the commands that have it can't do without. Throws a usage error. */
export function requireData(data: string | undefined): string {
  if (data !== undefined) return data;
  throw usageError(
    '--data is missing.',
    'Give the folder that has one sub-folder of images per class: --data DIR.',
  );
}
