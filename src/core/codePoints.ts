// String order by code point, as in Python. JavaScript's own order is by UTF-16 code unit.

/**
 * Compares like Python's `<` on `str`, for `Array.prototype.sort`.
 *
 * The orders only differ for characters beyond U+FFFF (emoji, rare Chinese characters): their UTF-16 code units,
 * U+D800 to U+DFFF, are less than U+E000 to U+FFFF, although their code points are greater.
 */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

const rank = (unit: number): number => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit);
