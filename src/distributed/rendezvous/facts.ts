// What the ranks compare before they train.

import { printable } from '../../core/errors.js';

/** What has to be the same on all ranks, by its name in messages. Values are short: hashes of large things. */
export type Facts = Readonly<Record<string, string>>;

/** In which of its facts a rank differs from rank 0, in words; undefined where it does not. */
export function differenceOf(facts: Facts, ofRankZero: Facts): string | undefined {
  const name = Object.keys({ ...ofRankZero, ...facts }).find((each) => facts[each] !== ofRankZero[each]);
  if (name === undefined) return undefined;
  const [there, here] = [facts[name], ofRankZero[name]].map((value) =>
    value === undefined ? 'nothing' : printable(value.slice(0, 60)),
  );
  return `differs from rank 0 in ${printable(name.slice(0, 60))}: ${there} instead of ${here}.`;
}
