// Options of every command.

import { flag, type Values } from './option.js';

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
};

export type OutputOptions = Values<typeof outputOptions>;
