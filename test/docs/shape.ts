// Whether a command printed what a document shows, apart from numbers.
//
// In a document `...` stands for any lines. Otherwise only blank lines, progress lines and TensorFlow's own two lines,
// which a terminal does not show, may be missing or additional.

/** The difference between the lines that a document shows and `printed`; undefined if there is none. */
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
      return `Shown, but not printed:\n${part.lines.join('\n')}\nPrinted:\n${actual.slice(from).join('\n')}`;
    }
    from = at + part.lines.length;
  }
  return undefined;
}

/** The lines between `...`; an empty part is an omitted beginning or end. */
function partsOf(shown: readonly string[]): { lines: string[]; last: boolean }[] {
  const parts: string[][] = [[]];
  for (const line of shown) {
    if (line.trim() === '...') parts.push([]);
    else if (line.trim() !== '' && line !== '^C') parts.at(-1)!.push(line);
  }
  return parts.map((lines, i) => ({ lines, last: i === parts.length - 1 }));
}

/** The index of `part` in `found`: exactly `from` for the first part, at the end for the last one. */
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

/** A line without numbers, column widths, and what depends on the numbers. */
function shapeOf(line: string): string {
  return line
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/\d[\d,]*(?:\.\d+)?(?:e-?\d+)?/g, '#')
    .replaceAll('# min # s', '# s')
    .replace(/(?<=: )\w+ #%(?:, \w+ #%)+$/, (classes) => classes.split(', ').sort().join(', '))
    .replace(/ # s best$/, ' # s');
}
