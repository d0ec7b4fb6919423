// What a command uses and what it costs, for --verbose.

import { availableParallelism, totalmem } from 'node:os';
import { printable } from '../core/errors.js';
import { duration, gigabytes } from '../core/formatting.js';
import { version } from '../core/version.js';
import { cacheFolder } from '../io/cacheFolder.js';

/** What alexft runs on. */
export function surroundings(): string[] {
  const { platform, arch } = process;
  return [
    `alexft ${version}, Node ${process.version}, ${platform} ${arch}, ${availableParallelism()} cores, ${gigabytes(totalmem())} of memory`,
    `Cache: ${printable(cacheFolder())}`,
  ];
}

export interface Costs {
  /** The time since anything was heard went into this. */
  spent(on: string): void;
  /** Where the time went so far, and what else it took. */
  lines(): string[];
}

/** `now` gives seconds. */
export function createCosts(now: () => number = () => performance.now() / 1000): Costs {
  const began = now();
  const seconds = new Map<string, number>();
  let last = began;
  return {
    spent: (on) => {
      const time = now();
      seconds.set(on, (seconds.get(on) ?? 0) + time - last);
      last = time;
    },
    lines: () => {
      const parts = [...seconds].filter(([, time]) => time >= 0.05);
      const { user, system } = process.cpuUsage();
      const { maxRSS } = process.resourceUsage(); // in kilobytes
      return [
        ...(parts.length > 0
          ? [`Time: ${parts.map(([on, time]) => `${on} ${duration(time)}`).join(', ')}.`]
          : []),
        `In all ${duration(now() - began)}, ${duration((user + system) / 1e6)} of processor time, at most ${gigabytes(maxRSS * 1024)} of memory.`,
      ];
    },
  };
}
