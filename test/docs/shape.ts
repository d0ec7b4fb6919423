// Whether a command printed what a document shows, whatever the numbers are.
//
// In a document `...` stands for any lines; between two of them, and at both ends, nothing may be missing or added but
// blank lines, lines of progress, which depend on the time, and TensorFlow's own two, which a terminal does not show.

/** Why `printed` has not the shape of the lines that a document shows; nothing where it has. */
export function shapeProblem(shown: readonly string[], printed: string): string | undefined {
  const actual = printed
    .split('\n')
    .filter((line) => line.trim() !== '' && !isProgress(line) && !isTensorFlows(line));
  const found = actual.map(shapeOf);
  let from = 0;
  for (const [i, part] of partsOf(shown).entries()) {
    const isFirst = i === 0;
    const at = placeOf(part.lines.map(shapeOf), found, from, { first: isFirst, last: part.last });
    if (at === undefined) {
      return `Shown, and not printed so:\n${part.lines.join('\n')}\nPrinted:\n${actual.slice(from).join('\n')}`;
    }
    from = at + part.lines.length;
  }
  return undefined;
}

/** The lines between `...`; empty parts stand for a beginning or an end that is left out. */
function partsOf(shown: readonly string[]): { lines: string[]; last: boolean }[] {
  const parts: string[][] = [[]];
  for (const line of shown) {
    if (line.trim() === '...') parts.push([]);
    else if (line.trim() !== '' && line !== '^C') parts.at(-1)!.push(line);
  }
  return parts.map((lines, i) => ({ lines, last: i === parts.length - 1 }));
}

/** Where `part` stands in `found`, at `from` or later: right there for the first one, at the end for the last one. */
function placeOf(
  part: readonly string[],
  found: readonly string[],
  from: number,
  { first, last }: { first: boolean; last: boolean },
): number | undefined {
  if (part.length === 0) return from;
  for (let at = from; at + part.length <= found.length; at++) {
    if (first && at > from) return undefined;
    if (last && at + part.length < found.length) continue;
    if (part.every((line, i) => line === found[at + i])) return at;
  }
  return undefined;
}

const isProgress = (line: string) =>
  /^[A-Z][\w ]*(?: \d+\/\d+)?: +(?:\d+%|[\d,]+ (?:images|files|steps))/.test(line);
const isTensorFlows = (line: string) => /^(WARNING: All log messages before absl|[IW]0000 00:)/.test(line);

/** A line without its figures, the widths of its columns, and what depends on the figures. */
function shapeOf(line: string): string {
  return line
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/\d[\d,]*(?:\.\d+)?(?:e-?\d+)?/g, '#')
    .replaceAll('# min # s', '# s')
    .replace(/ # s best$/, ' # s');
}
