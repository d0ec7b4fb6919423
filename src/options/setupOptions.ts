// The options of `alexft setup` and `alexft demo`.

import { engineOptions } from './engineOptions.js';
import type { Values } from './option.js';
import { choice, flag, text } from './optionKinds.js';

/** The options of the installation itself. */
export const installOptions = {
  device: choice(['cpu', 'cuda'], { flag: '--device', help: 'engine to install', default: 'cpu' }),
  wheel: text({
    flag: '--wheel',
    placeholder: '<path>',
    help: 'install from this wheel, or from a folder of wheels, instead of downloading',
    default: undefined,
  }),
  force: flag({ flag: '--force', help: 'reinstall an installed engine', default: false }),
};

export const setupOptions = {
  ...installOptions,
  dryRun: flag({
    flag: '--dry-run',
    help: 'print what would be downloaded and built, and exit',
    default: false,
  }),
  list: flag({ flag: '--list', help: 'list and test the engines in the cache', default: false }),
  remove: flag({
    flag: '--remove',
    help: "remove the device's engines, including those of other versions of alexft",
    default: false,
  }),
};

export const demoOptions = {
  ...engineOptions,
};

export type InstallOptions = Values<typeof installOptions>;
export type SetupOptions = Values<typeof setupOptions>;
export type DemoOptions = Values<typeof demoOptions>;
