// What --dry-run shows: the images that were found, and every option as it would be.

import { printable } from '../core/errors.js';
import { trainOptions } from '../options/trainOptions.js';
import type { PlanEvent } from '../training/events.js';
import { imagesLine } from './trainReader.js';

export function planLines(plan: PlanEvent): string[] {
  const { dryRun: _dryRun, ...table } = trainOptions;
  const values: Record<string, unknown> = { ...plan.options, out: plan.model };
  const width = Math.max(...Object.values(table).map(({ flag }) => flag.length)) + 2;
  return [
    imagesLine(plan),
    ...Object.entries(table).flatMap(([name, { flag, defaultText }]) => {
      const value = values[name] ?? defaultText;
      if (value === undefined) return []; // not given, and nothing stands in its place
      return `${flag.padEnd(width)}${typeof value === 'boolean' ? (value ? 'yes' : 'no') : printable(String(value))}`;
    }),
  ];
}
