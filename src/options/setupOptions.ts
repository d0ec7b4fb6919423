// The options of the commands that prepare and show: setup, demo.

import { engineOptions } from './engineOptions.js';
import { choice, flag, text, type Values } from './option.js';

export const setupOptions = {
  device: choice(['cpu', 'cuda'], { flag: '--device', help: 'the engine to set up', default: 'cpu' }),
  wheel: text({
    flag: '--wheel',
    placeholder: '<file>',
    help: 'TensorFlow’s wheel, for a machine that cannot fetch it',
    default: undefined,
  }),
  force: flag({ flag: '--force', help: 'set it up again even if it is there', default: false }),
};

export const demoOptions = {
  ...engineOptions,
};

export type SetupOptions = Values<typeof setupOptions>;
export type DemoOptions = Values<typeof demoOptions>;
