// Words for a command line that is shown to be typed or pasted.

/** `word` as a shell takes it for exactly that. Control characters need bash, zsh or ksh (`$'...'`). */
export function shellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (!control.test(word)) return `'${word.replaceAll("'", `'\\''`)}'`;
  const escaped = word.replace(/['\\]/g, '\\$&').replace(controls, (character) => {
    const bytes = Buffer.from(character);
    return [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
  });
  return `$'${escaped}'`;
}

/** What `printable` (errors.ts) would show as something else. */
const control = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const controls = new RegExp(control.source, 'gu');
