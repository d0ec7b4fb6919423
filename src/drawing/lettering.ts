// Text in images. librsvg, with which sharp renders SVG, draws boxes where the machine has no font, as in a slim
// container; so letters are lines of our own (glyphs.ts).

import { glyphs, marks } from './glyphs.js';

/** How a line of text looks. */
export interface TextStyle {
  /** The height of its capitals in pixels. */
  readonly size: number;
  readonly colour?: string;
  readonly bold?: boolean;
}

/** Between two letters, in units of which a capital is 10 high. */
const gap = 2.3;

/** A letter with what stands over and under it; undefined where we have no such letter. */
interface Letter {
  readonly width: number;
  readonly path: string;
  readonly marks: readonly string[];
  readonly capital: boolean;
}

function letterOf(character: string): Letter | undefined {
  const [base = '', ...above] = character.normalize('NFD');
  const glyph = Object.hasOwn(glyphs, base) ? glyphs[base] : undefined;
  if (!glyph || !above.every((mark) => Object.hasOwn(marks, mark))) return undefined;
  const [width, path] = glyph;
  const dotless = above.length > 0 && base === 'i' ? 'M0 3V10' : path;
  return { width, path: dotless, marks: above, capital: base !== base.toLowerCase() };
}

/** One for each character that a person sees. */
const charactersOf = (text: string): string[] =>
  Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);

/** A character that is not ours is taken to be as wide as it is high, as most of those are. */
const widthOf = (character: string): number => (letterOf(character)?.width ?? 10) + gap;

/** How many pixels a line of text takes from left to right. */
export function textWidth(text: string, size: number): number {
  return charactersOf(text).reduce((sum, character) => sum + widthOf(character), -gap) * (size / 10);
}

/** `text`, or as much of its beginning and its end as has room in `width` pixels: what differs is often at the end. */
export function fitted(text: string, size: number, width: number): string {
  const characters = charactersOf(text);
  for (let kept = characters.length; kept > 1; kept--) {
    const head = Math.floor(kept / 2);
    const short = [...characters.slice(0, head), '…', ...characters.slice(head - kept)].join('');
    const tried = kept === characters.length ? text : short;
    if (textWidth(tried, size) <= width) return tried;
  }
  return '…';
}

/**
 * A line of text as SVG; (x, y) is the top left corner of its first capital. A text with letters that are not ours is
 * left to the machine's fonts.
 */
export function lettering(text: string, x: number, y: number, style: TextStyle): string {
  const { size, colour = '#333', bold = false } = style;
  const letters = charactersOf(text).map(letterOf);
  const scale = size / 10;
  if (!letters.every((letter) => letter !== undefined)) {
    const look = `font-family="sans-serif" font-size="${1.35 * size}" font-weight="${bold ? 700 : 400}"`;
    return `<text x="${x}" y="${y + size}" fill="${colour}" ${look}>${escaped(text)}</text>`;
  }
  let at = 0;
  const paths = letters.map((letter) => {
    const over = letter.marks.map((mark) => {
      const up = letter.capital && mark !== '\u0327' ? -2.4 : 0;
      return `<path transform="translate(${at + letter.width / 2} ${up})" d="${marks[mark]}"/>`;
    });
    const own = letter.path === '' ? '' : `<path transform="translate(${at})" d="${letter.path}"/>`;
    at += letter.width + gap;
    return own + over.join('');
  });
  const pen = `fill="none" stroke="${colour}" stroke-width="${bold ? 1.7 : 1.15}"`;
  const ends = 'stroke-linecap="round" stroke-linejoin="round"';
  return `<g transform="translate(${x} ${y}) scale(${scale})" ${pen} ${ends}>${paths.join('')}</g>`;
}

const escaped = (text: string): string =>
  text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
