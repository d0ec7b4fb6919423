// The options of `alexft launch`.

import { number } from '../optionKinds.js';

export const launchOptions = {
  processes: number({
    flag: '--processes',
    group: 'Main options',
    help: 'ranks to start on this machine; the cores are divided among them',
    integer: true,
    min: 1,
    max: 1024,
    default: undefined,
    defaultText: 'required',
  }),
  maxRestarts: number({
    flag: '--max-restarts',
    group: 'Main options',
    help: 'how often to restart all ranks from the checkpoint after one has failed',
    integer: true,
    min: 0,
    max: 1e6,
    default: 0,
  }),
};
