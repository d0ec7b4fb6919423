// Groups of things of which each belongs together with some other one.

/** Joins numbers from 0 on. */
export interface Groups {
  join(a: number, b: number): void;
  /** Whether the two are in one group already. */
  joined(a: number, b: number): boolean;
  /** All groups of two or more, each in ascending order, in the order of their first members. */
  list(): number[][];
}

/** Union-find, with paths halved. Source: Tarjan and van Leeuwen, Worst-case analysis of set union algorithms, 1984. */
export function createGroups(count: number): Groups {
  const parents = Int32Array.from({ length: count }, (_, index) => index);
  const rootOf = (index: number): number => {
    let at = index;
    while (parents[at] !== at) {
      parents[at] = parents[parents[at]!]!;
      at = parents[at]!;
    }
    return at;
  };
  return {
    join(a, b) {
      const [rootA, rootB] = [rootOf(a), rootOf(b)];
      parents[Math.max(rootA, rootB)] = Math.min(rootA, rootB); // so a root is its group's first member
    },
    joined: (a, b) => parents[a] === parents[b] || rootOf(a) === rootOf(b),
    list() {
      const groups = new Map<number, number[]>();
      parents.forEach((_, index) => {
        const root = rootOf(index);
        const members = groups.get(root);
        if (members) members.push(index);
        else groups.set(root, [index]);
      });
      return [...groups.values()].filter(({ length }) => length > 1);
    },
  };
}

/** The groups of two or more indices whose key is the same; those without a key are alone. */
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

/** Those of `groups` whose members are not all of one kind. */
export const differing = (
  groups: readonly (readonly number[])[],
  kindOf: (index: number) => unknown,
): (readonly number[])[] =>
  groups.filter((group) => group.some((index) => kindOf(index) !== kindOf(group[0]!)));
