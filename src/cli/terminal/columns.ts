// Text measured in terminal columns: a Chinese character takes two, a combining accent none.

import stringWidth from 'string-width';
import { splitCommand } from './typedCommand.js';

export const columnsOf = (text: string): number => stringWidth(text);

/** `text` padded with spaces to `columns`. */
export const padEnd = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - columnsOf(text)));

export const padStart = (text: string, columns: number): string =>
  ' '.repeat(Math.max(0, columns - columnsOf(text))) + text;

const graphemes = new Intl.Segmenter();

/** `text`, truncated with `..` if it takes more than `columns`. */
export function truncate(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let start = '';
  for (const { segment } of graphemes.segment(text)) {
    if (columnsOf(start + segment) > columns - 2) break;
    start += segment;
  }
  return `${start}..`.slice(0, Math.max(0, columns));
}

/**
 * The lines of `text`, the first after `prefix`, wrapped between words to `columns` with a hanging indent. A command
 * line at the end (`alexft ...`) is not broken, so that it can be copied.
 */
export function wrap(text: string, columns: number, prefix = ''): string[] {
  const indent = ' '.repeat(columnsOf(prefix));
  return text
    .split('\n')
    .flatMap((line) => wrapLine(line, columns - indent.length))
    .map((line, index) => (index === 0 ? prefix : indent) + line);
}

function wrapLine(text: string, columns: number): string[] {
  if (columnsOf(text) <= columns) return [text];
  const room = Math.max(20, columns);
  const [prose, command] = splitCommand(text);
  const words = [...prose.split(/\s+/), command].filter((word) => word !== '');
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    const longer = line ? `${line} ${word}` : word;
    if (line && columnsOf(longer) > room) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}
