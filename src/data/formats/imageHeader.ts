// The header fields that decide how an image is decoded. Reading them here takes a microsecond; sharp's metadata()
// would open every image a second time. Without Node's modules: a page uses it too.

/** Whether the IHDR chunk, always the first one, says 16-bit grey without alpha. */
export const isGrey16Png = (bytes: Uint8Array): boolean => bytes[24] === 16 && bytes[25] === 0;

/** Whether a JPEG has four components: CMYK, or YCCK, which decodes to CMYK. */
export function isFourColourJpeg(bytes: Uint8Array): boolean {
  for (const { marker, start } of jpegSegments(bytes)) {
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return bytes[start + 9] === 4;
  }
  return false;
}

/** The segments of a JPEG before its first scan. `start`: of the marker; `end`: after the segment. */
export function* jpegSegments(bytes: Uint8Array): Generator<{ marker: number; start: number; end: number }> {
  for (let at = 2; at + 9 < bytes.length; ) {
    const marker = bytes[at] === 0xff ? bytes[at + 1]! : 0;
    if (marker === 0 || marker === 0xff) {
      at += 1; // fill and stray bytes, which decoders skip too
    } else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2; // a marker without a segment
    } else if (marker === 0xda || marker === 0xd9) {
      return; // the scan or the end of the image
    } else {
      const end = at + 2 + ((bytes[at + 2]! << 8) | bytes[at + 3]!);
      yield { marker, start: at, end };
      at = end;
    }
  }
}
