// When a training is saved: `--checkpoint-every`.

import type { LoopEvent } from '../../training/events.js';

/** With `auto`, saving takes at most one part in this many of the time. */
const patience = 20;

/** Bytes a second that the first save is assumed to reach: nothing was measured then. */
const assumedSpeed = 5e8;

const milliseconds: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

export interface SaveSchedule {
  /** Whether to save after this event. */
  due(event: LoopEvent): boolean;
  /** To be called after each save. `cost`: what it took, in milliseconds. */
  saved(cost: number): void;
}

/**
 * `auto`: when the time since the last save is at least 20 times what a save takes. Otherwise after each epoch
 * (`epoch`), every N steps (`N`), or at the first step after a time such as `5m`. `bytes`: the size of a save.
 */
export function saveSchedule(every: string, bytes: number, now = () => performance.now()): SaveSchedule {
  const [, amount, unit] = /^(\d+)([smh]?)$/.exec(every) ?? [];
  if (every === 'epoch') return { due: ({ event }) => event === 'epoch', saved: () => {} };
  if (amount !== undefined && !unit) {
    return { due: (event) => event.event === 'step' && event.step % Number(amount) === 0, saved: () => {} };
  }
  const cost = (bytes / assumedSpeed) * 1000;
  let interval = amount === undefined ? patience * cost : Number(amount) * milliseconds[unit!]!;
  let last = now();
  return {
    due: ({ event }) => (event === 'step' || event === 'epoch') && now() - last >= interval,
    saved: (cost) => {
      last = now();
      if (amount === undefined) interval = patience * cost;
    },
  };
}
