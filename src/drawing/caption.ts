// Text in images, rendered with sharp (Pango) in DejaVu Sans from dist/drawing/vendor: captions are the same on
// machines without fonts. Characters that DejaVu Sans lacks (CJK, emoji) come from the system's fonts, or are boxes.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp, { type OverlayOptions } from 'sharp';

export interface TextStyle {
  /** Font size in pixels. */
  readonly size: number;
  readonly colour?: string;
  /** In pixels. The middle of a longer text becomes an ellipsis: file names often differ at the end. */
  readonly maxWidth?: number;
}

/** A line of text; (x, y) is the top left corner of its first capital letter. */
export interface Caption {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly style: TextStyle;
}

interface Line {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

const vendored = (file: string): string => fileURLToPath(new URL(`vendor/${file}`, import.meta.url));

/** Glyphs are rendered at this scale and reduced: at their own size, hinting, a system setting, changes widths. */
const supersampling = 8;

/** sharp crops lines to their ink. This invisible bar is one em high, so that all lines have the same baseline. */
const strut = '<span alpha="1">|</span>';

/** The captions as overlays for sharp's `composite`. */
export async function renderCaptions(captions: readonly Caption[]): Promise<OverlayOptions[]> {
  // Without a system configuration, as in slim containers, Fontconfig prints errors to stderr.
  if (process.platform === 'linux' && !existsSync('/etc/fonts/fonts.conf')) {
    process.env.FONTCONFIG_FILE ??= vendored('fonts.conf');
  }
  return await Promise.all(
    captions.map(async ({ text, x, y, style }) => {
      const { data, width, height } = await renderShortened(text, style);
      const top = y + style.size - height; // accents rise above the bar
      return { input: data, raw: { width, height, channels: 4 as const }, left: x, top };
    }),
  );
}

async function renderShortened(text: string, style: TextStyle): Promise<Line> {
  const characters = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
  const { maxWidth = Infinity } = style;
  let line = await renderLine(text, style);
  for (let shown = characters.length; line.width > maxWidth && shown > 0; ) {
    shown = Math.min(shown - 1, Math.floor((shown * maxWidth) / line.width));
    const head = characters.slice(0, Math.floor(shown / 2));
    const tail = characters.slice(characters.length - shown + head.length);
    line = await renderLine([...head, '…', ...tail].join(''), style);
  }
  return line;
}

async function renderLine(text: string, { size, colour = '#333' }: TextStyle): Promise<Line> {
  const { data, info } = await sharp({
    text: {
      text: `<span foreground="${colour}">${escapeMarkup(text)}</span>${strut}`,
      font: `DejaVu Sans ${size}`,
      fontfile: vendored('DejaVuSans.ttf'),
      dpi: 72 * supersampling,
      rgba: true,
    },
  })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const width = Math.round(info.width / supersampling);
  const height = Math.ceil(info.height / supersampling);
  // Padded at the top to an exact multiple, which keeps the baseline on its row.
  const padding = Buffer.alloc((height * supersampling - info.height) * info.width * 4);
  const large = { width: info.width, height: height * supersampling, channels: 4 as const };
  const small = sharp(Buffer.concat([padding, data]), { raw: large }).resize(width, height, { fit: 'fill' });
  return { data: await small.raw().toBuffer(), width, height };
}

const escapeMarkup = (text: string): string =>
  text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
