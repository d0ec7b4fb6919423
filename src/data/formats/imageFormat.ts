// Detects a file's format from its first bytes. Extensions are unreliable: downloaded web pages and GIFs are often
// named .jpg. The check also keeps SVG and PDF files away from sharp, which would render them.

import { UnreadableImage } from '../unreadable.js';

/** Decoded by sharp; bmp.ts and netpbm.ts decode the other formats. */
export type SharpFormat = 'jpeg' | 'png' | 'webp' | 'tiff' | 'gif' | 'avif';
export type ImageFormat = SharpFormat | 'bmp' | 'netpbm';

/** The first bytes of a file, or those from the given offset, as one character per byte. */
type Signature<Name> = readonly [name: Name, characters: string, offset?: number];

const readable: readonly Signature<ImageFormat>[] = [
  ['jpeg', '\xff\xd8\xff'],
  ['png', '\x89PNG\r\n\x1a\n'],
  ['webp', 'WEBP', 8],
  ['tiff', 'II*\0'],
  ['tiff', 'MM\0*'],
  ['tiff', 'II+\0'],
  ['tiff', 'MM\0+'],
  ['gif', 'GIF87a'],
  ['gif', 'GIF89a'],
  ['avif', 'ftypavif', 4],
  ['bmp', 'BM'],
  ...[...'123456'].flatMap((kind) =>
    [...' \t\n\v\f\r'].map((space): Signature<ImageFormat> => ['netpbm', `P${kind}${space}`]),
  ),
];

/** Formats that are not decoded; recognized only to name them in messages. */
const others: readonly Signature<string>[] = [
  ['a PDF', '%PDF'],
  ['an AVIF sequence', 'ftypavis', 4],
  ['a HEIF', 'ftyphei', 4],
  ['a HEIF', 'ftypmif1', 4],
  ['a video', 'ftyp', 4],
  ['a video or audio file', 'RIFF'],
  ['a JPEG XL', '\xff\x0a'],
  ['a JPEG XL', 'JXL ', 4],
  ['a JPEG 2000', 'jP  ', 4],
  ['an icon', '\0\0\x01\0'],
  ['a PSD', '8BPS'],
  ['a PAM', 'P7\n'],
  ['a PFM', 'Pf\n'],
  ['a PFM', 'PF\n'],
  ['a zip', 'PK\x03\x04'],
  ['a gzip', '\x1f\x8b'],
];

/** Throws UnreadableImage for other formats, which it names if it recognizes them. */
export function recognizeFormat(bytes: Uint8Array): ImageFormat {
  if (bytes.length === 0) throw new UnreadableImage('empty file');
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 512)).toString('latin1');
  const format = find(readable, head);
  if (format !== undefined) return format;
  const name = find(others, head) ?? markup(head);
  throw new UnreadableImage(
    `not a JPEG, PNG, WebP, GIF, AVIF, TIFF, BMP, PGM or PPM image${name === undefined ? '' : `, but ${name}`}`,
  );
}

const find = <Name>(signatures: readonly Signature<Name>[], head: string): Name | undefined =>
  signatures.find(([, characters, offset]) => head.startsWith(characters, offset))?.[0];

/** Web pages and SVGs have no fixed signature. */
function markup(head: string): string | undefined {
  if (!/^(\xef\xbb\xbf)?\s*</.test(head)) return undefined;
  return /<svg/i.test(head) ? 'an SVG' : 'a web page';
}
