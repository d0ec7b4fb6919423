// Options of every command, and of those that can be profiled.

import type { Values } from './option.js';
import { flag, text } from './optionKinds.js';

export const outputOptions = {
  json: flag({
    flag: '--json',
    group: 'Output',
    help: 'print results as JSON on stdout, one object per line (docs/json.md)',
    default: false,
  }),
  quiet: flag({
    flag: '--quiet',
    group: 'Output',
    help: 'print no progress and no messages except errors',
    default: false,
  }),
  verbose: flag({
    flag: '--verbose',
    group: 'Output',
    help: 'also print versions, timings, memory use and the engine log',
    default: false,
  }),
  config: text({
    flag: '--config',
    placeholder: '<file>',
    help: 'read options from a .toml or .json file, or from the run.json of a training',
    default: undefined,
  }),
};

export const profileOption = text({
  flag: '--profile',
  placeholder: '<file>',
  group: 'Output',
  help: 'print where the time was spent and write a trace to this file, for ui.perfetto.dev or chrome://tracing',
  default: undefined,
});

export type OutputOptions = Values<typeof outputOptions>;
