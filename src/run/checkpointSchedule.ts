// When a checkpoint is due.

import type { LoopEvent } from '../training/events.js';

const milliseconds: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** Whether one is due after an event, by `--checkpoint-every`: `epoch`, so many steps, or a time such as `5m`. */
export function checkpointSchedule(
  every: string,
  now = () => performance.now(),
): (event: LoopEvent) => boolean {
  const [, amount, unit] = /^(\d+)([smh]?)$/.exec(every) ?? [];
  if (amount === undefined) return ({ event }) => event === 'epoch';
  if (!unit) return (event) => event.event === 'step' && event.step % Number(amount) === 0;
  const interval = Number(amount) * milliseconds[unit]!;
  let last = now();
  return ({ event }) => {
    if ((event !== 'step' && event !== 'epoch') || now() - last < interval) return false;
    last = now();
    return true;
  };
}
