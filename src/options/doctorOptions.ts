// The options of the command that looks at the machine.

import { engineOptions } from './engineOptions.js';
import { flag, type Values } from './option.js';

export const doctorOptions = {
  device: engineOptions.device,
  threads: engineOptions.threads,
  noSetup: engineOptions.noSetup,
  quick: flag({ flag: '--quick', help: 'do not measure the speed', default: false }),
};

export type DoctorOptions = Values<typeof doctorOptions>;
