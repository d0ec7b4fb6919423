// The command lines that the documents show in code blocks, and what they say these print.

import { blocksOf, documents, textOf } from './documents.js';

export interface ShownCommand {
  readonly document: string;
  /** As a person would type it. */
  readonly command: string;
  /** The lines that are said to follow; none where the document shows the command alone. */
  readonly output: readonly string[];
}

/** The commands in a document's text, in their order: each line of `sh` blocks, and what stands behind `$` elsewhere. */
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

/** The commands of the documents that a user or a contributor reads. */
export const shownCommands = (): ShownCommand[] =>
  documents
    .filter((document) => document !== 'CHANGELOG.md')
    .flatMap((document) => commandsIn(textOf(document), document));

function sessionOf(lines: readonly string[]): { command: string; output: string[] }[] {
  const commands: { command: string; output: string[] }[] = [];
  for (const line of lines) {
    const last = commands.at(-1);
    // The demo prints its commands as a person would see them: behind `npm start` they are its output.
    if (line.startsWith('$ ') && last?.command !== 'npm start') {
      commands.push({ command: line.slice(2), output: [] });
    } else last?.output.push(line);
  }
  return commands;
}
