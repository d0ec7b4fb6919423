// A canvas for images and captions, and its encoding to a file.

import sharp, { type Sharp } from 'sharp';
import { type Caption, renderCaptions, type TextStyle } from './caption.js';

/** Raw pixels: `rgb` is [height, width, 3] bytes. */
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

/** The file extensions that a page can be encoded to. */
export const pageExtensions: readonly string[] = Object.keys(encoders);

export class Page {
  readonly #rgb: Uint8Array;
  readonly #captions: Caption[] = [];

  /** An empty page of this size in pixels, nearly white. */
  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.#rgb = new Uint8Array(width * height * 3).fill(252);
  }

  /** Pastes an image with its top left corner at (x, y), resized to `size` by the nearest pixel. */
  paste(image: Pixels, x: number, y: number, size: { width: number; height: number } = image): void {
    for (let row = 0; row < size.height; row++) {
      const from = Math.floor((row * image.height) / size.height) * image.width;
      for (let column = 0; column < size.width; column++) {
        const pixel = (from + Math.floor((column * image.width) / size.width)) * 3;
        const to = ((y + row) * this.width + x + column) * 3;
        this.#rgb[to] = image.rgb[pixel]!;
        this.#rgb[to + 1] = image.rgb[pixel + 1]!;
        this.#rgb[to + 2] = image.rgb[pixel + 2]!;
      }
    }
  }

  /** Writes a line of text; (x, y) is the top left corner of its first capital letter. */
  write(text: string, x: number, y: number, style: TextStyle): void {
    this.#captions.push({ text, x, y, style });
  }

  /** The page as an image file with this extension, one of `pageExtensions`. */
  async encode(extension: string): Promise<Buffer> {
    const { width, height } = this;
    const image = sharp(this.#rgb, { raw: { width, height, channels: 3 } })
      .composite(await renderCaptions(this.#captions))
      .removeAlpha();
    return await encoders[extension]!(image).toBuffer();
  }
}
