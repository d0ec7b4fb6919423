// The options of `alexft doctor`.

import { engineOptions } from './engineOptions.js';
import type { Values } from './option.js';
import { flag } from './optionKinds.js';

export const doctorOptions = {
  device: engineOptions.device,
  threads: engineOptions.threads,
  precision: engineOptions.precision,
  noSetup: engineOptions.noSetup,
  quick: flag({
    flag: '--quick',
    group: 'Device and speed',
    help: 'skip the speed measurement',
    default: false,
  }),
};

export type DoctorOptions = Values<typeof doctorOptions>;
