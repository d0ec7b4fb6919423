// The options in which two runs differ.

import { notReproduced } from './reproducedOptions.js';
import { trainOptions } from './trainOptions.js';

interface Difference {
  /** The flag, or the name of an option that this version does not know. */
  readonly option: string;
  readonly values: readonly [string, string];
}

/** Of those that can change the result. An older run may lack some: it has their default. */
export function differingOptions(first: object, second: object): Difference[] {
  const runs = [first, second] as readonly Readonly<Record<string, unknown>>[];
  const known: Readonly<Record<string, { flag: string; default: unknown; defaultText?: string }>> =
    trainOptions;
  const names = new Set([...Object.keys(trainOptions), ...runs.flatMap(Object.keys)]);
  return [...names].flatMap((name) => {
    const option = Object.hasOwn(known, name) ? known[name] : undefined;
    const [a, b] = runs.map((run) => String(run[name] ?? option?.default ?? option?.defaultText ?? 'none'));
    return a === b || notReproduced.includes(name)
      ? []
      : [{ option: option?.flag ?? name, values: [a!, b!] as const }];
  });
}
