// What has to be the same on all ranks of a training.

import { createHash } from 'node:crypto';
import { version } from '../../core/version.js';
import type { TrainingSet } from '../../data/dataset/dataset.js';
import type { Facts } from '../../distributed/rendezvous/facts.js';
import type { TrainConfig } from '../../training/config.js';
import { trainOptions } from './trainOptions.js';

/** Options that may differ: of a machine, or used by rank 0 alone. Weights and images are themselves compared. */
const own: readonly string[] = [
  ...[
    'data',
    'val',
    'test',
    'weights',
    'ignore',
    'out',
    'force',
    'resume',
    'dryRun',
    'checkpointEvery',
    'keepCheckpoint',
  ],
  ...[
    'noReport',
    'tensorboard',
    'profile',
    'device',
    'threads',
    'workers',
    'noSetup',
    'cacheLimit',
    'maxBad',
  ],
];

/** `step`: of the checkpoint that is resumed, or 0. */
export function trainingFacts(config: TrainConfig, dataset: TrainingSet, step: number): Facts {
  const { names, labels, files, train, validation } = dataset;
  const images = [names, labels, files.map((file) => file?.sha256), train, validation];
  const options = Object.entries(trainOptions).flatMap(([name, { flag }]) => {
    const value = config[name as keyof TrainConfig];
    return value === undefined || own.includes(name) ? [] : [[flag, String(value)] as const];
  });
  return {
    'the version of alexft': version,
    ...Object.fromEntries(options),
    '--device': config.device.startsWith('cuda') ? 'cuda' : 'cpu', // their operations differ
    'the images': createHash('sha256').update(JSON.stringify(images)).digest('hex'),
    'the step of the checkpoint': String(step),
  };
}
