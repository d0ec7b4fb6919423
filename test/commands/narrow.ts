// Trainings that take seconds: the real command on a narrow network and drawn images.

import { train } from '../../dist/commands/training/train.js';
import type { Widths } from '../../dist/model/alexnet.js';
import type { TrainOptions } from '../../dist/options/train/trainOptions.js';
import type { TrainingEvent } from '../../dist/training/events.js';

export const narrow: Widths = { convolutions: [4, 8, 8, 8, 8], hidden: [32, 16] };

/** Enough to tell the drawn classes apart. Nothing is fetched; without a native engine it runs on wasm. */
export const narrowOptions = {
  weights: 'none',
  epochs: 2,
  batchSize: 8,
  lr: 2e-3,
  noSetup: true,
  cacheLimit: '0', // training/features/openFeatures.test.ts has a cache of its own
  noReport: true, // report.test.ts asks for it
  checkpointEvery: 'epoch', // the default depends on the machine's speed
} satisfies Partial<TrainOptions>;

interface Listener {
  signal?: AbortSignal;
  onEvent?: (event: TrainingEvent) => void;
}

/** Trains to the end, and returns the events. What the training throws goes through. */
export async function trainNarrow(
  options: Partial<TrainOptions>,
  { signal, onEvent }: Listener = {},
): Promise<{ events: TrainingEvent[]; messages: string[] }> {
  const events: TrainingEvent[] = [];
  const messages: string[] = [];
  const context = { onMessage: (text: string) => messages.push(text), onProgress: () => {}, signal };
  // A resumed run has its own options.
  const defaults = options.resume === undefined ? narrowOptions : {};
  for await (const event of train({ ...defaults, ...options }, context, { widths: narrow })) {
    events.push(event);
    onEvent?.(event);
  }
  return { events, messages };
}

/** The one event of a kind. */
export function only<Kind extends TrainingEvent['event']>(events: readonly TrainingEvent[], kind: Kind) {
  const found = events.filter((event) => event.event === kind);
  if (found.length !== 1) throw new Error(`${found.length} events '${kind}', not one`);
  return found[0] as Extract<TrainingEvent, { event: Kind }>;
}
