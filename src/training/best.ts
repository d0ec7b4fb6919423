// Which epoch's model is the best.

export interface BestEpoch {
  readonly epoch: number;
  readonly valAccuracy?: number;
  readonly valLoss?: number;
}

/**
 * Whether `candidate` beats `best`: by a higher validation accuracy, then by a lower validation loss; the earlier of
 * equals stays. Without validation the latest is the best, as nothing speaks against it.
 */
export function isBetter(candidate: BestEpoch, best: BestEpoch | undefined): boolean {
  if (!best || candidate.valAccuracy === undefined || candidate.valLoss === undefined) return true;
  const { valAccuracy = 0, valLoss = Number.POSITIVE_INFINITY } = best;
  if (candidate.valAccuracy !== valAccuracy) return candidate.valAccuracy > valAccuracy;
  return candidate.valLoss < valLoss;
}
