// The probability from which a model's answers are wrong at most so often.

export interface Guess {
  /** The probability of the predicted class. */
  readonly confidence: number;
  readonly correct: boolean;
}

export interface Threshold {
  /** The requested limit: the largest share of wrong answers. */
  readonly maxError: number;
  /** The other fields are absent where no threshold meets the limit. Images with at least this probability: */
  readonly probability?: number;
  /** Their number. */
  readonly answered?: number;
  readonly wrong?: number;
  /** The 95% confidence interval of the share of wrong answers. */
  readonly interval?: readonly [number, number];
}

/** Thresholds are multiples of this, rounded down: a number to type. */
const digits = 1e6;

/** The smallest threshold for which at most `maxError` of the answered `guesses` are wrong. */
export function thresholdFor(guesses: readonly Guess[], maxError: number): Threshold {
  const sorted = [...guesses].sort((a, b) => b.confidence - a.confidence);
  const floored = ({ confidence }: Guess) => Math.floor(confidence * digits) / digits;
  let [wrong, best]: [number, Threshold] = [0, { maxError }];
  for (const [index, guess] of sorted.entries()) {
    if (!guess.correct) wrong += 1;
    const answered = index + 1;
    const next = sorted[answered];
    if (next && floored(next) === floored(guess)) continue; // the threshold includes it too
    if (wrong <= maxError * answered) best = { maxError, probability: floored(guess), answered, wrong };
  }
  if (best.answered === undefined) return best;
  return { ...best, interval: clopperPearson(best.wrong!, best.answered) };
}

/**
 * The 95% confidence interval of a share, of which `count` of `total` were observed. Source: Clopper and Pearson, "The
 * Use of Confidence or Fiducial Limits Illustrated in the Case of the Binomial" (1934).
 */
export function clopperPearson(count: number, total: number): [number, number] {
  const tail = 0.025;
  return [
    count === 0 ? 0 : rootOf((p) => atMost(count - 1, total, p) - (1 - tail)),
    count === total ? 1 : rootOf((p) => atMost(count, total, p) - tail),
  ];
}

/** Where a falling function on [0, 1] is 0. */
function rootOf(value: (p: number) => number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (value(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The probability of `count` or fewer of `total` events of probability `p`. In logarithms: terms underflow. */
function atMost(count: number, total: number, p: number): number {
  let term = total * Math.log1p(-p);
  let sum = term;
  for (let i = 0; i < count; i++) {
    term += Math.log(((total - i) / (i + 1)) * (p / (1 - p)));
    sum = Math.max(sum, term) + Math.log1p(Math.exp(-Math.abs(sum - term)));
  }
  return Math.exp(sum);
}
