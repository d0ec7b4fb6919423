// The command lines in the documents' code blocks, with the output that is shown.

import { blocksOf, documents, textOf } from './documents.js';

export interface ShownCommand {
  readonly document: string;
  readonly command: string;
  /** The lines shown below it; none if the document shows only the command. */
  readonly output: readonly string[];
}

/** The commands in a document, in order: the lines of `sh` blocks, and lines after `$` in other blocks. */
export function commandsIn(text: string, document: string): ShownCommand[] {
  return blocksOf(text).flatMap((block) => {
    const lines = block.text.trimEnd().split('\n');
    if (block.language === 'sh') {
      const commands = lines
        .map((line) => line.replace(/(^|\s)#\s.*$/, '').trim())
        .filter((line) => line !== '');
      return commands.map((command) => ({ document, command, output: [] }));
    }
    return sessionOf(lines).map((command) => ({ document, ...command }));
  });
}

/** The commands of all documents except the changelog. */
export const shownCommands = (): ShownCommand[] =>
  documents
    .filter((document) => document !== 'CHANGELOG.md')
    .flatMap((document) => commandsIn(textOf(document), document));

function sessionOf(lines: readonly string[]): { command: string; output: string[] }[] {
  const commands: { command: string; output: string[] }[] = [];
  for (const line of lines) {
    const last = commands.at(-1);
    // The demo prints its commands after `$`: below `npm start` they are output.
    if (line.startsWith('$ ') && last?.command !== 'npm start') {
      commands.push({ command: line.slice(2), output: [] });
    } else last?.output.push(line);
  }
  return commands;
}
