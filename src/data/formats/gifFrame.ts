// The first frame of a GIF without transparency: as in Pillow, a transparent pixel has its colour of the palette.
// Source: the GIF89a specification, sections 18 to 23.

const graphicControl = 0xf9;

/** A copy of the file whose first frame has no transparent colour; damaged files are left to the decoder. */
export function withoutTransparency(bytes: Uint8Array): Uint8Array {
  const paletteLength = (packed: number) => (packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0);
  let at = 13 + paletteLength(bytes[10] ?? 0);
  while (bytes[at] === 0x21) {
    if (bytes[at + 1] === graphicControl && at + 3 < bytes.length) {
      const copy = Uint8Array.from(bytes);
      copy[at + 3]! &= ~1;
      return copy;
    }
    at += 2;
    for (let length = bytes[at]; length !== undefined; length = bytes[at]) {
      at += 1 + length;
      if (length === 0) break;
    }
  }
  return bytes;
}
