// A line in pieces, of which some have a style where there are colours. The text is made safe before it gets its style:
// what came from outside brings none of its own.

import picocolors from 'picocolors';
import { printableText } from '../core/errors.js';

/** `dim` and the plain colours are the terminal's own, which its theme keeps readable on light and on dark. */
export type Style = 'bold' | 'dim' | 'green' | 'red';

export type Piece = string | { readonly text: string; readonly style: Style };

export const styled = (style: Style, text: string): Piece => ({ text, style });

/** The line without its styles. */
export const plain = (line: string | readonly Piece[]): string =>
  typeof line === 'string'
    ? line
    : line.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('');

/** The line as it is written. */
export function painted(line: string | readonly Piece[], colours: boolean): string {
  if (typeof line === 'string') return printableText(line);
  const paint = picocolors.createColors(colours);
  return line
    .map((piece) =>
      typeof piece === 'string' ? printableText(piece) : paint[piece.style](printableText(piece.text)),
    )
    .join('');
}
