// An image that is being drawn: pixels, captions over them, and the file that it becomes.

import sharp, { type Sharp } from 'sharp';
import { lettering, type TextStyle } from './lettering.js';

/** Pixels as plain data: [height, width, 3] bytes, red, green, blue. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

type Encoder = (image: Sharp) => Sharp;

const encoders: Readonly<Record<string, Encoder>> = {
  '.png': (image) => image.png(),
  '.jpg': (image) => image.jpeg({ quality: 92, chromaSubsampling: '4:4:4' }),
  '.jpeg': (image) => image.jpeg({ quality: 92, chromaSubsampling: '4:4:4' }),
  '.webp': (image) => image.webp({ quality: 92 }),
};

/** How the names of the files end that a page can become; each says its format. */
export const pageEndings: readonly string[] = Object.keys(encoders);

export class Page {
  readonly #rgb: Uint8Array;
  readonly #captions: string[] = [];

  /** An empty page of that many pixels, nearly white. */
  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.#rgb = new Uint8Array(width * height * 3).fill(252);
  }

  /** Puts an image down with its top left corner at (x, y), each pixel as a square of `scale` pixels. */
  paste({ width, height, rgb }: Pixels, x: number, y: number, scale = 1): void {
    for (let row = 0; row < height * scale; row++) {
      let to = ((y + row) * this.width + x) * 3;
      const from = Math.floor(row / scale) * width;
      for (let column = 0; column < width * scale; column++) {
        const pixel = (from + Math.floor(column / scale)) * 3;
        this.#rgb[to++] = rgb[pixel]!;
        this.#rgb[to++] = rgb[pixel + 1]!;
        this.#rgb[to++] = rgb[pixel + 2]!;
      }
    }
  }

  /** Writes a line of text; (x, y) is the top left corner of its first capital. */
  write(text: string, x: number, y: number, style: TextStyle): void {
    this.#captions.push(lettering(text, x, y, style));
  }

  /** The bytes of a file whose name ends in `ending`, one of `pageEndings`. */
  encode(ending: string): Promise<Buffer> {
    const { width, height } = this;
    const size = `width="${width}" height="${height}"`;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${this.#captions.join('')}</svg>`;
    const image = sharp(this.#rgb, { raw: { width, height, channels: 3 } }).composite([
      { input: Buffer.from(svg) },
    ]);
    return encoders[ending]!(image.removeAlpha()).toBuffer(); // captions bring one
  }
}
