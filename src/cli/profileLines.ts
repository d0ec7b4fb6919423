// Where a command's time went (--profile), for a person.

import { printable } from '../core/errors.js';
import { duration, percent } from '../core/formatting.js';
import type { Profile } from '../profile/profile.js';
import { padEnd, padStart } from './columns.js';

/** Phases with less than this share of the time on the clock are in the trace alone. */
const least = 0.005;

/** A table of what all cores did, one of the phases, and where the trace is. */
export function profileLines(profile: Profile): string[] {
  const { file, seconds, cores, division, phases, others, complete } = profile;
  const all = seconds * cores;
  const shown = phases.filter((phase) => phase.seconds >= least * seconds);
  const width = Math.max(
    ...[...Object.keys(division), ...shown.map(({ name }) => name)].map((name) => name.length),
  );
  const row = (name: string, ...cells: string[]) =>
    `  ${padEnd(name, width)}${cells.map((cell) => padStart(cell, 13)).join('')}`;
  return [
    `${duration(seconds)} on ${cores} cores are ${duration(all)} of cores${complete ? '' : ' (then the profile was full)'}:`,
    ...Object.entries(division).map(([name, part]) => row(name, duration(part), percent(part / all))),
    ...(others === undefined
      ? []
      : [`  Other programs had the cores for ${duration(others)} (${percent(others / all)}) meanwhile.`]),
    '',
    row('', 'on the clock', 'busy cores', 'waiting'),
    ...shown.map((phase) =>
      row(
        phase.name,
        duration(phase.seconds),
        (phase.busy / phase.seconds).toFixed(2),
        percent(phase.waiting / all),
      ),
    ),
    ...(file === undefined
      ? []
      : [`The trace: ${printable(file)} (for ui.perfetto.dev or chrome://tracing)`]),
  ];
}
