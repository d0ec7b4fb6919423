// Options of a training's run folder, its checkpoints and its randomness.

import { expected } from '../option.js';
import { choice, flag, number, text } from '../optionKinds.js';

export const runOptions = {
  resume: text({
    flag: '--resume',
    placeholder: '<dir>',
    group: 'Run and resume',
    help: 'resume an interrupted run, bit for bit; --data and --val name its images if they have moved',
    default: undefined,
  }),
  checkpointEvery: text({
    flag: '--checkpoint-every',
    placeholder: '<n|time>',
    group: 'Run and resume',
    help: 'checkpoint interval: auto (at most 5% of the time), epoch, a number of steps, or a time such as 90s, 5m or 1h',
    default: 'auto',
    examples: ['auto', 'epoch'],
    check: (value) => {
      if (!/^(auto|epoch|[1-9]\d{0,8}[smh]?)$/.test(value)) {
        throw expected('--checkpoint-every', 'auto, epoch, a number of steps, or a time such as 5m', value);
      }
    },
  }),
  keepCheckpoint: flag({
    flag: '--keep-checkpoint',
    group: 'Run and resume',
    help: 'keep the last checkpoint of a complete run, to train it for more epochs later',
    default: false,
  }),
  force: flag({
    flag: '--force',
    group: 'Run and resume',
    help: 'overwrite an existing run in --out and an existing --profile file',
    default: false,
  }),
  dryRun: flag({
    flag: '--dry-run',
    group: 'Run and resume',
    help: 'scan the images, print the resolved options and exit',
    default: false,
  }),
  seed: number({
    flag: '--seed',
    group: 'Run and resume',
    help: 'seed of the split, sampling order, augmentation, dropout and initialization',
    integer: true,
    min: 0,
    max: 2 ** 32 - 1,
    default: 0,
  }),
  reference: choice(['none', 'torch'], {
    flag: '--reference',
    group: 'Run and resume',
    help: 'torch: use one random generator in the order of a PyTorch script',
    default: 'none',
  }),
};
