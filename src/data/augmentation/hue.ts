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
    const [r, g, b] = [pixels[at]!, pixels[at + 1]!, pixels[at + 2]!];
    const most = Math.max(r, g, b);
    const range = most - Math.min(r, g, b);
    if (range === 0) {
      pixels[at] = 0;
      pixels[at + 1] = 0;
    } else {
      const below = (value: number) => fround((most - value) / range);
      const [rc, gc, bc] = [below(r), below(g), below(b)];
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
    const [h, s, v] = [pixels[at]!, pixels[at + 1]!, pixels[at + 2]!];
    const sector = Math.floor((h * 6) / 255);
    const rest = fround((h * 6) / 255 - sector);
    const share = fround(s / 255);
    const p = round(v * (1 - share));
    const q = round(v * (1 - fround(share * rest)));
    const t = round(v * (1 - share * (1 - rest)));
    const colour = [
      [v, t, p],
      [q, v, p],
      [p, v, t],
      [p, q, v],
      [t, p, v],
      [v, p, q],
    ][sector % 6]!;
    pixels.set(s === 0 ? [v, v, v] : colour, at);
  }
}
