// Grouping of indices: union-find and grouping by key.

export interface Groups {
  join(a: number, b: number): void;
  /** Whether two indices are in the same group. */
  joined(a: number, b: number): boolean;
  /** All groups of two or more indices, each ascending, in the order of their first members. */
  list(): number[][];
}

/**
 * Union-find over the indices from 0 to `count` - 1, with path halving. Source: Tarjan and van Leeuwen, Worst-case
 * analysis of set union algorithms, 1984.
 */
export function createGroups(count: number): Groups {
  const parents = Int32Array.from({ length: count }, (_, index) => index);
  const rootOf = (index: number): number => {
    let node = index;
    while (parents[node] !== node) {
      parents[node] = parents[parents[node]!]!;
      node = parents[node]!;
    }
    return node;
  };
  return {
    join(a, b) {
      const [rootA, rootB] = [rootOf(a), rootOf(b)];
      parents[Math.max(rootA, rootB)] = Math.min(rootA, rootB); // a root is its group's first member
    },
    joined: (a, b) => parents[a] === parents[b] || rootOf(a) === rootOf(b),
    list: () => groupsByKey(Array.from(parents, (_, index) => rootOf(index))),
  };
}

/** Groups of two or more indices with equal keys. Indices with an undefined key are in no group. */
export function groupsByKey(keys: readonly (string | number | undefined)[]): number[][] {
  const groups = new Map<string | number, number[]>();
  keys.forEach((key, index) => {
    if (key === undefined) return;
    const members = groups.get(key);
    if (members) members.push(index);
    else groups.set(key, [index]);
  });
  return [...groups.values()].filter(({ length }) => length > 1);
}

/** The groups whose members are not all of the same kind. */
export const differing = (
  groups: readonly (readonly number[])[],
  kindOf: (index: number) => unknown,
): (readonly number[])[] =>
  groups.filter((group) => group.some((index) => kindOf(index) !== kindOf(group[0]!)));
