// torchvision's adjust_hue on RGB bytes, equal to Pillow's to the byte: to HSV, another hue, and back.
// Source: rgb2hsv_row and hsv2rgb in libImaging/Convert.c of Pillow 12, whose floats are float32.

const { fround, trunc, round } = Math;

/** Adds `factor`, from -0.5 to 0.5, of the hue's circle. Changes `rgb` in place. */
export function shiftHue(rgb: Uint8Array, factor: number): void {
  const shift = trunc(factor * 255);
  toHsv(rgb);
  for (let at = 0; at < rgb.length; at += 3) rgb[at]! += shift; // modulo 256
  toRgb(rgb);
}

/** Pillow's `convert('HSV')` of RGB bytes, in place. */
export function toHsv(pixels: Uint8Array): void {
  for (let at = 0; at < pixels.length; at += 3) {
    const r = pixels[at]!;
    const g = pixels[at + 1]!;
    const b = pixels[at + 2]!;
    const most = Math.max(r, g, b);
    const range = most - Math.min(r, g, b);
    if (range === 0) {
      pixels[at] = 0;
      pixels[at + 1] = 0;
    } else {
      const rc = fround((most - r) / range);
      const gc = fround((most - g) / range);
      const bc = fround((most - b) / range);
      const sixth = fround(r === most ? bc - gc : g === most ? 2 + rc - bc : 4 + gc - rc);
      pixels[at] = trunc(fround((sixth / 6 + 1) % 1) * 255);
      pixels[at + 1] = trunc(fround(range / most) * 255);
    }
    pixels[at + 2] = most;
  }
}

/** Pillow's `convert('RGB')` of HSV bytes, in place. */
export function toRgb(pixels: Uint8Array): void {
  for (let at = 0; at < pixels.length; at += 3) {
    const h = pixels[at]!;
    const s = pixels[at + 1]!;
    const v = pixels[at + 2]!;
    const sector = Math.floor((h * 6) / 255);
    const rest = fround((h * 6) / 255 - sector);
    const share = fround(s / 255);
    const p = round(v * (1 - share));
    const q = round(v * (1 - fround(share * rest)));
    const t = round(v * (1 - share * (1 - rest)));
    if (s === 0) put(pixels, at, v, v, v);
    else if (sector === 1) put(pixels, at, q, v, p);
    else if (sector === 2) put(pixels, at, p, v, t);
    else if (sector === 3) put(pixels, at, p, q, v);
    else if (sector === 4) put(pixels, at, t, p, v);
    else if (sector === 5) put(pixels, at, v, p, q);
    else put(pixels, at, v, t, p); // 0, or 6 for the hue 255
  }
}

function put(pixels: Uint8Array, at: number, r: number, g: number, b: number): void {
  pixels[at] = r;
  pixels[at + 1] = g;
  pixels[at + 2] = b;
}
