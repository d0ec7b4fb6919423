// The error of a training that diverged.

/**
 * The loss of a step, or of the validation after it, is NaN or infinite. Further steps would not change that.
 */
export class LossNotFinite extends Error {
  override readonly name = 'LossNotFinite';

  constructor(
    readonly loss: number,
    /** From 1, over all epochs. */
    readonly step: number,
    readonly epoch: number,
    readonly learningRate: number,
    /** The images of the batch; undefined where it was the validation. */
    readonly samples?: readonly number[],
  ) {
    super(`The ${samples ? 'loss of' : 'validation loss after'} step ${step} is ${loss}`);
  }
}
