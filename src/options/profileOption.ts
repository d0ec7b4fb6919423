// The option of the commands that can be profiled.

import { text } from './option.js';

export const profileOption = text({
  flag: '--profile',
  placeholder: '<file>',
  group: 'Output',
  help: 'print where the time was spent and write a trace to this file, for ui.perfetto.dev or chrome://tracing',
  default: undefined,
});
