// The options of the commands that prepare and show: setup, demo.

import { engineOptions } from './engineOptions.js';
import { choice, flag, text, type Values } from './option.js';

/** What a set-up itself takes. */
export const installOptions = {
  device: choice(['cpu', 'cuda'], { flag: '--device', help: 'the engine to set up', default: 'cpu' }),
  wheel: text({
    flag: '--wheel',
    placeholder: '<path>',
    help: 'the wheel, or a folder with all of them, for a machine that cannot fetch',
    default: undefined,
  }),
  force: flag({ flag: '--force', help: 'set it up again even if it is there', default: false }),
};

export const setupOptions = {
  ...installOptions,
  dryRun: flag({ flag: '--dry-run', help: 'say what would be fetched and built, and stop', default: false }),
  list: flag({ flag: '--list', help: 'list every engine in the cache, and try it', default: false }),
  remove: flag({
    flag: '--remove',
    help: 'remove the device’s engines, those of other versions of alexft too',
    default: false,
  }),
};

export const demoOptions = {
  ...engineOptions,
};

export type InstallOptions = Values<typeof installOptions>;
export type SetupOptions = Values<typeof setupOptions>;
export type DemoOptions = Values<typeof demoOptions>;
