// Timing for --profile: `span` measures a piece of work and publishes it on a node:diagnostics_channel. Without a
// subscriber, a span costs one check.

import { channel } from 'node:diagnostics_channel';

/** A span's kind of work. */
export type Activity = 'computing' | 'decoding' | 'files' | 'other';

export interface Moment {
  /** Milliseconds of `clock`. */
  readonly time: number;
  /** CPU seconds that the process had used, in all threads. */
  readonly processor: number;
}

/** Work that the main thread did or waited for. Two spans are nested or do not overlap. */
export interface Span {
  readonly name: string;
  readonly activity: Activity;
  readonly begin: Moment;
  readonly end: Moment;
}

/** A worker's work on an image, in milliseconds of `clock`: reading and decoding until `decoded`, then resizing. */
export interface ImageSpan {
  /** From 1. */
  readonly worker: number;
  readonly begin: number;
  readonly decoded: number;
  readonly end: number;
}

const spans = channel('alexft:span');
const images = channel('alexft:image');

/** Milliseconds of a clock that all threads share. `performance.now()` has a different origin in each thread. */
export function clock(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

export function moment(): Moment {
  const { user, system } = process.cpuUsage();
  return { time: clock(), processor: (user + system) / 1e6 };
}

/** Runs `work` and publishes its span, which ends when `work` returns or its promise is settled. */
export function span<T>(name: string, activity: Activity, work: () => T): T {
  if (!spans.hasSubscribers) return work();
  const begin = moment();
  const publish = () => spans.publish({ name, activity, begin, end: moment() } satisfies Span);
  let pending = false;
  try {
    const result = work();
    if (!(result instanceof Promise)) return result;
    pending = true;
    return result.finally(publish) as T;
  } finally {
    if (!pending) publish();
  }
}

/** Whether there is a subscriber for images: otherwise workers don't measure them. */
export const imagesAreTimed = (): boolean => images.hasSubscribers;

/** Publishes images of one worker. `times` has three numbers per image: `begin`, `decoded` and `end`. */
export function tellImages(worker: number, times: readonly number[]): void {
  for (let i = 0; i < times.length; i += 3) {
    const [begin, decoded, end] = times.slice(i, i + 3) as [number, number, number];
    images.publish({ worker, begin, decoded, end } satisfies ImageSpan);
  }
}

/** Subscribes to all spans and images of this thread. Returns a function that unsubscribes. */
export function listenToSpans(onSpan: (span: Span) => void, onImage: (image: ImageSpan) => void): () => void {
  const handleSpan = (message: unknown) => onSpan(message as Span);
  const handleImage = (message: unknown) => onImage(message as ImageSpan);
  spans.subscribe(handleSpan);
  images.subscribe(handleImage);
  return () => {
    spans.unsubscribe(handleSpan);
    images.unsubscribe(handleImage);
  };
}
