// The splits of two runs.

import type { RecordedFile } from '../../run/splitFile.js';
import type { Pair, SplitComparison } from '../comparison.js';

/** `shared`: the first run's images that are for validation, under the same class, in both runs; one of equal ones. */
export function compareSplits(splits: Pair<readonly RecordedFile[]>): {
  split: SplitComparison;
  shared: readonly RecordedFile[];
} {
  // Older runs have no hashes, and an unreadable file has none.
  const hashed = splits.every((files) => files.some(({ sha256 }) => sha256 !== undefined));
  const keyOf = ({ file, sha256 }: RecordedFile) => (hashed && sha256) || file;
  const places = ({ side, class: name }: RecordedFile) => `${side} ${name}`;
  const [first, second] = splits.map((files) => {
    const images = new Map<string, Set<string>>();
    for (const file of files)
      images.set(keyOf(file), (images.get(keyOf(file)) ?? new Set()).add(places(file)));
    return images;
  }) as [Map<string, Set<string>>, Map<string, Set<string>>];
  const onlyIn = (one: typeof first, other: typeof first) =>
    [...one.keys()].filter((key) => !other.has(key)).length;
  const both = [...first.keys()].filter((key) => second.has(key));
  const textOf = (set: Set<string> | undefined) => [...(set ?? [])].sort().join();
  const moved = both.filter((key) => textOf(first.get(key)) !== textOf(second.get(key))).length;
  const counted = new Set<string>();
  const shared = splits[0].filter((file) => {
    const [key, place] = [keyOf(file), places(file)];
    if (file.side !== 'validation' || counted.has(key)) return false;
    counted.add(key); // McNemar's test counts independent images
    return [first, second].every((run) => textOf(run.get(key)) === place);
  });
  const counts = [onlyIn(first, second), onlyIn(second, first)] as const;
  return {
    split: { same: moved + counts[0] + counts[1] === 0, onlyIn: counts, moved, validation: shared.length },
    shared,
  };
}
