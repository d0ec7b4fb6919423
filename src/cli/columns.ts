// Text in columns of a terminal, where a Chinese character takes two and an accent none.

import stringWidth from 'string-width';

/** How many columns `text` takes. */
export const columnsOf = (text: string): number => stringWidth(text);

/** `text` filled up with blanks to `columns`. */
export const padEnd = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - columnsOf(text)));

export const padStart = (text: string, columns: number): string =>
  ' '.repeat(Math.max(0, columns - columnsOf(text))) + text;

const graphemes = new Intl.Segmenter();

/** The beginning of `text` and `..` where all of it does not go into `columns`. */
export function shortened(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = '';
  for (const { segment } of graphemes.segment(text)) {
    if (columnsOf(kept + segment) > columns - 2) break;
    kept += segment;
  }
  return `${kept}..`.slice(0, Math.max(0, columns));
}

/**
 * `text` after `start`, in lines of at most `columns` where its words allow it, all beginning under the first. A command
 * at its end (`alexft ...`) stays in one piece, to be copied.
 */
export function wrapped(text: string, columns: number, start = ''): string[] {
  const indent = columnsOf(start);
  if (indent + columnsOf(text) <= columns) return [start + text];
  const room = Math.max(20, columns - indent);
  const [, prose, command] = /^(.*?)(\balexft [a-z].*)?$/s.exec(text)!;
  const words = [...prose!.split(/\s+/), ...(command ? [command] : [])].filter((word) => word !== '');
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    const longer = line ? `${line} ${word}` : word;
    if (line && columnsOf(longer) > room) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  lines.push(line);
  return lines.map((each, index) => (index === 0 ? start : ' '.repeat(indent)) + each);
}
