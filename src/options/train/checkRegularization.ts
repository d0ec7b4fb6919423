// Contradictions among the options that regularize a training.

import { usageError } from '../../core/errors.js';
import { isVaried } from '../../data/augmentation/augment.js';
import type { Trainable } from '../../model/alexnet.js';
import type { TrainConfig } from '../../training/config.js';

/** Throws a usage error. */
export function checkRegularization(
  { augment, views, mixup }: Pick<TrainConfig, 'augment' | 'views' | 'mixup'>,
  trainable: Trainable,
): void {
  if (views === undefined) return;
  if (!isVaried(augment)) {
    throw usageError(
      `--views needs crop, jitter or erase, but --augment is ${augment}.`,
      'Add one, such as --augment flip,crop, or remove --views.',
    );
  }
  if (mixup !== undefined) {
    throw usageError(
      '--views caches features, but --mixup mixes other images in each epoch.',
      'Remove one of the two.',
    );
  }
  if (trainable === 'all' || trainable === 'features.0') {
    throw usageError(
      `--views caches the output of frozen layers, but --trainable is ${trainable}.`,
      'Remove --views: nothing is computed twice.',
    );
  }
}
