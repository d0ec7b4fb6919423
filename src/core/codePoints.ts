// The order of Python's strings: by code point, where JavaScript's own goes by UTF-16 unit.

/**
 * Compares as Python's `<` on `str` does, for `Array.prototype.sort`.
 *
 * The two orders differ only for characters beyond U+FFFF (emoji, rare Chinese), which UTF-16 writes with units from
 * U+D800 to U+DFFF: below U+E000 to U+FFFF, although their code points are above.
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
