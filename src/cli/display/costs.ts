// What a command ran on and what it took (--verbose), and where its time was spent (--profile).

import { availableParallelism, totalmem } from 'node:os';
import { printable, reasonOf } from '../../core/errors.js';
import { duration, gigabytes, percent } from '../../core/formatting.js';
import { counted } from '../../core/text.js';
import { version } from '../../core/version.js';
import { cacheFolder } from '../../io/cacheFolder.js';
import type { Profile } from '../../profile/context.js';
import { padEnd, padStart } from '../terminal/columns.js';

/** Versions, hardware and the cache folder. */
export function systemLines(): string[] {
  const { platform, arch } = process;
  return [
    `alexft ${version}, Node ${process.version}, ${platform} ${arch}, ${availableParallelism()} cores, ${gigabytes(totalmem())} of memory`,
    `Cache: ${cacheShown()}`,
  ];
}

function cacheShown(): string {
  try {
    return printable(cacheFolder());
  } catch (error) {
    return reasonOf(error); // the command itself may not need it
  }
}

export interface Costs {
  /** Adds the time since the last call to an activity. */
  spent(activity: string): void;
  /** The time per activity, processor time and peak memory so far. */
  lines(): string[];
}

/** `now` returns seconds. */
export function createCosts(now: () => number = () => performance.now() / 1000): Costs {
  const began = now();
  const seconds = new Map<string, number>();
  let last = began;
  return {
    spent: (activity) => {
      const time = now();
      seconds.set(activity, (seconds.get(activity) ?? 0) + time - last);
      last = time;
    },
    lines: () => {
      const parts = [...seconds]
        .filter(([, time]) => time >= 0.05)
        .map(([activity, time]) => `${activity} ${duration(time)}`);
      const { user, system } = process.cpuUsage();
      const { maxRSS } = process.resourceUsage(); // in kilobytes
      return [
        ...(parts.length > 0 ? [`Time: ${parts.join(', ')}.`] : []),
        `Total: ${duration(now() - began)}, ${duration((user + system) / 1e6)} of processor time, ${gigabytes(maxRSS * 1024)} of peak memory.`,
      ];
    },
  };
}

/** Phases below this share of the elapsed time are only in the trace. */
const smallestShare = 0.005;

/** Core time per activity, a table of the phases, and the path of the trace. */
export function profileLines(profile: Profile): string[] {
  const { file, seconds, cores, division, phases, others, complete } = profile;
  const all = seconds * cores;
  const shown = phases.filter((phase) => phase.seconds >= smallestShare * seconds);
  const names = [...Object.keys(division), ...shown.map(({ name }) => name)];
  const width = Math.max(...names.map((name) => name.length));
  const row = (name: string, ...cells: string[]) =>
    `  ${padEnd(name, width)}${cells.map((cell) => padStart(cell, 13)).join('')}`;
  return [
    `${duration(seconds)} on ${counted(cores, 'core')} are ${duration(all)} of core time${complete ? '' : ' (then the profile was full)'}:`,
    ...Object.entries(division).map(([name, part]) => row(name, duration(part), percent(part / all))),
    ...(others === undefined
      ? []
      : [`  Other programs used the cores for ${duration(others)} (${percent(others / all)}) of it.`]),
    '',
    row('', 'elapsed', 'busy cores', 'waiting'),
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
