// What the readers of launchers' variables take and give.

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The place of a process in its group. */
export interface Place {
  readonly rank: number;
  readonly worldSize: number;
  /** Ranks on this machine, where the launcher says it. */
  readonly localSize?: number | undefined;
  /** The number among those, from 0. */
  readonly localRank?: number | undefined;
  /** The cores of this process alone, where the launcher says it. */
  readonly cores?: number | undefined;
  /** How often the launcher has restarted the group. */
  readonly restarts?: number | undefined;
  /** Where rank 0 waits for the others; undefined where the launcher gives no address. */
  readonly address?: Address | undefined;
}

/** Variables, read strictly: `count` and `text` throw a LauncherProblem where one is missing or wrong. */
export interface Variables {
  count(name: string): number;
  text(name: string): string;
  optionalCount(name: string): number | undefined;
  has(name: string): boolean;
}

export class LauncherProblem extends Error {}
