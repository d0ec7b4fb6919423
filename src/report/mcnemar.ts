// McNemar's test: whether two classifiers differ, from the images for which only one of them is right.

/**
 * The two-sided p-value of the exact test. `first`, `second`: the images for which only that classifier is right.
 * Source: McNemar, "Note on the sampling error of the difference between correlated proportions or percentages" (1947),
 * with the binomial distribution, as in statsmodels' `mcnemar(exact=True)`.
 */
export function mcnemar(first: number, second: number): number {
  const all = first + second;
  // Logarithms: 2 ** -all is 0 from 1075 on.
  let logTerm = -all * Math.LN2;
  let sum = 0;
  for (let k = 0; k <= Math.min(first, second); k++) {
    sum += Math.exp(logTerm);
    logTerm += Math.log((all - k) / (k + 1));
  }
  return Math.min(1, 2 * sum);
}
