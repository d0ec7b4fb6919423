// The learning rate that a sweep suggests. Source: `valley` and `steep` of fastai (fastai/callback/schedule.py): the
// valley is the longest decreasing subsequence of the losses, and the suggestion is where the loss falls fastest in it.

/** The learning rates, smallest first, and the loss at each: the median of the seeds. */
export interface Sweep {
  readonly rates: readonly number[];
  readonly losses: readonly number[];
}

export type Suggestion =
  | {
      readonly rate: number;
      /** The smallest and the largest rate around it at which the loss falls at least half as fast. */
      readonly range: readonly [number, number];
    }
  /** A sentence. */
  | { readonly none: string };

/** Losses on either side with which each one is averaged. */
const neighbours = 3;
/** The loss has to fall by this share of where it began. */
const leastFall = 0.1;
/** In steps. */
const shortestValley = 3;

/** Averages over a window, which does not shift the curve as fastai's running mean does. */
export const smoothedLosses = (losses: readonly number[]): number[] =>
  losses.map((_, index) => {
    const part = losses.slice(Math.max(0, index - neighbours), index + neighbours + 1);
    return part.reduce((sum, loss) => sum + loss, 0) / part.length;
  });

export function suggestRate({ rates, losses }: Sweep): Suggestion {
  const smooth = smoothedLosses(losses);
  const { start, end } = longestValley(smooth);
  if (smooth.length === 0) return { none: 'The loss is not finite at the smallest learning rate.' };
  const fall = 1 - smooth[end]! / smooth[0]!;
  if (!(fall >= leastFall) || end - start < shortestValley)
    return { none: 'The loss does not fall at any learning rate.' };
  const slopeAt = (place: number) => smooth[place + 1]! - smooth[place - 1]!;
  const places = Array.from({ length: end - start - 1 }, (_, index) => start + 1 + index);
  const steepest = places.reduce((best, place) => (slopeAt(place) < slopeAt(best) ? place : best));
  const isSteep = (place: number) => place > start && place < end && slopeAt(place) <= slopeAt(steepest) / 2;
  let [low, high] = [steepest, steepest];
  while (isSteep(low - 1)) low -= 1;
  while (isSteep(high + 1)) high += 1;
  return { rate: rates[steepest]!, range: [rates[low]!, rates[high]!] };
}

/** `end`: the last loss of the longest decreasing subsequence; `start`: its length before that. */
function longestValley(losses: readonly number[]): { start: number; end: number } {
  const lengths = losses.map(() => 1);
  let end = 0;
  for (let i = 1; i < losses.length; i++) {
    for (let j = 0; j < i; j++) {
      if (losses[i]! < losses[j]!) lengths[i] = Math.max(lengths[i]!, lengths[j]! + 1);
    }
    if (lengths[i]! > lengths[end]!) end = i;
  }
  return { start: Math.max(0, end - (lengths[end] ?? 0)), end };
}
