// The command lines in messages, in the form in which this user can type them.

import { commandNames } from '../../options/commandLine.js';

/** How the user started alexft: scripts/start.mjs sets ALEXFT_COMMAND to `npm start --`. */
export const program = process.env.ALEXFT_COMMAND || 'alexft';

const commandLine = new RegExp(`\\balexft (?=(?:${commandNames.join('|')})\\b)`, 'g');

/** `text` with `alexft train ...` replaced by `npm start -- train ...` if the user has to type that. */
export const asTyped = (text: string): string => text.replace(commandLine, () => `${program} `);
