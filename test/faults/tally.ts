// What was tried and what came of it: the rows of the table in docs/experiments/faults.md.

export interface Tally {
  readonly fault: string;
  tried: number;
  /** Work that was said to be on the disk and is not. */
  lost: number;
  /** Damaged, mixed or other bytes that were taken for whole ones. */
  accepted: number;
  /** Ended otherwise than it should: a stack instead of a sentence, a hang. */
  rough: number;
  readonly findings: string[];
}

export const newTally = (fault: string): Tally => ({
  fault,
  tried: 0,
  lost: 0,
  accepted: 0,
  rough: 0,
  findings: [],
});

export function note(tally: Tally, kind: 'lost' | 'accepted' | 'rough', finding: string): void {
  tally[kind] += 1;
  tally.findings.push(`${kind}: ${finding}`);
}

/** As markdown. */
export function table(tallies: readonly Tally[]): string {
  const rows = tallies.map(
    ({ fault, tried, lost, accepted, rough }) => `| ${fault} | ${tried} | ${lost} | ${accepted} | ${rough} |`,
  );
  return [
    '| fault | times tried | lost | wrongly accepted | no clean end |',
    '|---|---:|---:|---:|---:|',
    ...rows,
  ].join('\n');
}

/** Until when to continue, and how. */
export interface Effort {
  /** When to stop, by performance.now(). */
  readonly until: number;
  /** Trials at the same time. */
  readonly parallel: number;
}

/** Runs `trial` for the items, several at a time, until they or the time are at their end. */
export async function each<Item>(
  items: Iterable<Item>,
  { until, parallel }: Effort,
  trial: (item: Item) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  const lane = async () => {
    while (performance.now() < until) {
      const { done, value } = iterator.next();
      if (done) return;
      await trial(value);
    }
  };
  await Promise.all(Array.from({ length: parallel }, lane));
}
