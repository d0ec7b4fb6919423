// Options of a training's network: its first weights, and which layers are trained.

import { type Trainable, trainableLayers } from '../../model/alexnet.js';
import { expected } from '../option.js';
import { text } from '../optionKinds.js';

export const trainableOption = text<Trainable>({
  flag: '--trainable',
  placeholder: '<layers>',
  group: 'Model',
  help: 'layers to train: head (the last one), classifier, features.N (from that layer on) or all',
  default: undefined,
  defaultText: 'classifier; all with --weights none',
  examples: trainableLayers,
  check: (value) => {
    if (!(trainableLayers as readonly string[]).includes(value)) {
      throw expected('--trainable', 'head, classifier, features.0 to features.12, or all', value);
    }
  },
});

export const weightsOption = text({
  flag: '--weights',
  placeholder: '<name|path>',
  group: 'Model',
  help: 'initial weights: imagenet, imagenet-features (convolutions only), none, a weights file (FILE#KEY for one of several networks in it) or a run folder',
  default: 'imagenet',
  examples: ['imagenet', 'imagenet-features', 'none'],
});
