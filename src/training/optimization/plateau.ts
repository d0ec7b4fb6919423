// PyTorch's ReduceLROnPlateau in its mode `min` (torch/optim/lr_scheduler.py).

export interface PlateauOptions {
  readonly lr: number;
  /** Epochs without a lower loss that are tolerated. */
  readonly patience: number;
  /** The factor of a reduction. */
  readonly gamma: number;
}

/** Undefined for other schedules. */
export const plateauOf = (options: {
  readonly schedule: string;
  readonly lr: number;
  readonly lrPatience: number;
  readonly lrGamma: number;
}): PlateauOptions | undefined =>
  options.schedule === 'plateau'
    ? { lr: options.lr, patience: options.lrPatience, gamma: options.lrGamma }
    : undefined;

/** The state after an epoch: plain data, stored in checkpoints. */
export interface Plateau {
  readonly lowest: number;
  /** Epochs since the loss was lower, or since a reduction. */
  readonly epochs: number;
  /** The factor of the learning rate, from 1 downwards. */
  readonly scale: number;
}

/** A loss is lower only where it falls by this share. */
const threshold = 1e-4;

/** Smaller changes of the learning rate are not made. */
const smallestChange = 1e-8;

/** The state after another epoch with the loss `loss`. */
export function afterEpoch(
  { lowest, epochs, scale }: Plateau = { lowest: Number.POSITIVE_INFINITY, epochs: 0, scale: 1 },
  loss: number,
  { lr, patience, gamma }: PlateauOptions,
): Plateau {
  if (loss < lowest * (1 - threshold)) return { lowest: loss, epochs: 0, scale };
  if (epochs < patience) return { lowest, epochs: epochs + 1, scale };
  const change = lr * scale * (1 - gamma);
  return { lowest, epochs: 0, scale: change > smallestChange ? scale * gamma : scale };
}
