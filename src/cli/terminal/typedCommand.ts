// The command lines in messages, in the form in which this user can type them.

import { commandNames } from '../../options/commandLine.js';

/** How the user starts alexft: scripts/start.mjs sets ALEXFT_COMMAND to `npm start --`. */
export const program = process.env.ALEXFT_COMMAND || 'alexft';

const names = `(?:${commandNames.join('|')})\\b`;
const escaped = program.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const anywhere = new RegExp(`\\balexft (?=${names})`, 'g');
const atEnd = new RegExp(`^(.*?)(\\b${escaped} ${names}.*)?$`, 's');

/** `text` with `alexft train ...` replaced by `npm start -- train ...` if the user has to type that. */
export const asTyped = (text: string): string => text.replace(anywhere, () => `${program} `);

/** Splits `text` into prose and a command line at its end, which may be empty. */
export function splitCommand(text: string): [prose: string, command: string] {
  const [, prose, command = ''] = atEnd.exec(text)!;
  return [prose!, command];
}
