// A training whose numbers went wrong.

/**
 * The loss of a step, or of the validation after it, is NaN or infinite: what the network has learned is lost, and no
 * further step would mend it.
 */
export class LossNotFinite extends Error {
  override readonly name = 'LossNotFinite';

  constructor(
    readonly loss: number,
    /** From 1, over all epochs. */
    readonly step: number,
    readonly epoch: number,
    readonly learningRate: number,
    /** The images of the batch; undefined: the validation showed it. */
    readonly samples?: readonly number[],
  ) {
    super(`The ${samples ? 'loss of' : 'validation loss after'} step ${step} is ${loss}`);
  }
}
