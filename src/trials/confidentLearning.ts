// Which labels are probably wrong. Source: Northcutt, Jiang and Chuang, "Confident Learning: Estimating Uncertainty in
// Dataset Labels" (2021): the thresholds of section 3.1, and the ranking by normalized margin.

export interface WrongLabel {
  readonly index: number;
  /** The class that the image probably belongs to. */
  readonly predicted: number;
  /** The probability of the image's label minus that of `predicted`. */
  readonly margin: number;
}

/**
 * The images whose label is probably wrong, the most certain first. `predictions`: by image, the probabilities of each
 * class from a model that was trained without the image.
 *
 * A class's threshold is its mean probability for the images labelled so. An image belongs to the most probable of the
 * classes whose probability reaches their threshold; where that is not its label, and more probable, the label is
 * probably wrong.
 */
export function wrongLabels(
  predictions: ReadonlyMap<number, ArrayLike<number>>,
  labels: readonly number[],
  classes: number,
): WrongLabel[] {
  const sums = new Float64Array(classes);
  const counts = new Float64Array(classes);
  for (const [index, probabilities] of predictions) {
    const label = labels[index]!;
    sums[label]! += probabilities[label]!;
    counts[label]! += 1;
  }
  const thresholds = sums.map((sum, label) => (counts[label]! > 0 ? sum / counts[label]! : Infinity));
  const wrong: WrongLabel[] = [];
  for (const [index, probabilities] of predictions) {
    let predicted: number | undefined;
    for (let label = 0; label < classes; label++) {
      if (probabilities[label]! < thresholds[label]!) continue;
      if (predicted === undefined || probabilities[label]! > probabilities[predicted]!) predicted = label;
    }
    const label = labels[index]!;
    if (predicted === undefined || predicted === label) continue;
    const margin = probabilities[label]! - probabilities[predicted]!;
    if (margin < 0) wrong.push({ index, predicted, margin });
  }
  return wrong.sort((a, b) => a.margin - b.margin);
}
