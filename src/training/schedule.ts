// The learning rate of each step, by the closed forms of PyTorch's LinearLR and CosineAnnealingLR stepped once a
// batch (torch/optim/lr_scheduler.py).

export interface ScheduleOptions {
  readonly lr: number;
  readonly schedule: 'constant' | 'cosine';
  /** Epochs, or parts of one, over which the rate rises to `lr`. */
  readonly warmup: number;
  /** Epochs over which cosine falls to 0, warm-up included. */
  readonly scheduleEpochs: number;
}

/** The learning rate at `step`, counted from 0 over all epochs. */
export function learningRateAt(step: number, stepsPerEpoch: number, options: ScheduleOptions): number {
  const { lr, schedule, warmup, scheduleEpochs } = options;
  const warmupSteps = Math.round(warmup * stepsPerEpoch);
  // The first step is one of rising too: at a rate of 0 it would do nothing.
  if (step < warmupSteps) return (lr * (step + 1)) / warmupSteps;
  if (schedule === 'constant') return lr;
  const length = Math.max(1, Math.round(scheduleEpochs * stepsPerEpoch) - warmupSteps);
  const progress = Math.min(1, (step - warmupSteps) / length);
  return (lr * (1 + Math.cos(Math.PI * progress))) / 2;
}
