// Options of every command that says something.

import { flag, type Values } from './option.js';

export const outputOptions = {
  json: flag({
    flag: '--json',
    help: 'results as JSON on stdout, one object a line (docs/json.md)',
    default: false,
  }),
  quiet: flag({ flag: '--quiet', help: 'no progress and no messages but errors', default: false }),
  verbose: flag({ flag: '--verbose', help: 'also say what is used and what it costs', default: false }),
};

export type OutputOptions = Values<typeof outputOptions>;
