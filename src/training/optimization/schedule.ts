// The learning rate of each step, by the closed forms of PyTorch's LinearLR and CosineAnnealingLR stepped once a batch,
// and StepLR stepped once an epoch (torch/optim/lr_scheduler.py). plateau.ts has the schedule `plateau`.

export interface ScheduleOptions {
  readonly lr: number;
  readonly schedule: 'constant' | 'cosine' | 'step' | 'plateau';
  /** Epochs, or parts of one, over which the rate rises to `lr`. */
  readonly warmup: number;
  /** Epochs over which cosine falls to 0, warm-up included. */
  readonly scheduleEpochs: number;
  /** Epochs between the reductions of `step`. */
  readonly lrStep?: number;
  /** The factor of a reduction. */
  readonly lrGamma?: number;
}

/** The learning rate of a step, which is counted from 0 over all epochs. */
export const learningRateOf =
  ({ lr, schedule, warmup, scheduleEpochs, lrStep = 1, lrGamma = 0.1 }: ScheduleOptions) =>
  (step: number, stepsPerEpoch: number): number => {
    const warmupSteps = Math.round(warmup * stepsPerEpoch);
    // The first step has a rate above 0: otherwise it would change nothing.
    if (step < warmupSteps) return (lr * (step + 1)) / warmupSteps;
    if (schedule === 'step')
      return lr * lrGamma ** Math.floor((step - warmupSteps) / (lrStep * stepsPerEpoch));
    if (schedule !== 'cosine') return lr;
    const length = Math.max(1, Math.round(scheduleEpochs * stepsPerEpoch) - warmupSteps);
    const progress = Math.min(1, (step - warmupSteps) / length);
    return (lr * (1 + Math.cos(Math.PI * progress))) / 2;
  };
