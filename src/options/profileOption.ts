// What the commands have in common that can tell where their time goes.

import { text } from './option.js';

export const profileOption = text({
  flag: '--profile',
  placeholder: '<file>',
  help: 'tell where the time went, on all cores, and write a trace for ui.perfetto.dev or chrome://tracing into this file',
  default: undefined,
});
