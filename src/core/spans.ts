// What the process does when, for whoever asks (--profile): modules mark their work with `span`, and it is told on
// channels of node:diagnostics_channel. Where nobody listens, a mark costs the look whether anybody does.

import { channel } from 'node:diagnostics_channel';

/** What the time goes into. */
export type Activity = 'computing' | 'decoding' | 'files' | 'other';

export interface Moment {
  /** Milliseconds on a clock that all threads share. */
  readonly time: number;
  /** Processor seconds that the process had used by then, in all its threads. */
  readonly processor: number;
}

/** Work that the main thread did or waited for. Spans lie one inside the other or one behind the other. */
export interface Span {
  readonly name: string;
  readonly activity: Activity;
  readonly begin: Moment;
  readonly end: Moment;
}

/** When a worker was at an image, in milliseconds of `clock`: from `begin` it was read and decoded, then resized. */
export interface ImageSpan {
  /** From 1. */
  readonly worker: number;
  readonly begin: number;
  readonly decoded: number;
  readonly end: number;
}

const spans = channel('alexft:span');
const images = channel('alexft:image');

/** Milliseconds of a clock that all threads share, which that of `performance` is not: each thread has its own zero. */
export function clock(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

export function moment(): Moment {
  const { user, system } = process.cpuUsage();
  return { time: clock(), processor: (user + system) / 1e6 };
}

/** Does `work`, and tells how long it took: until it returns or, of a promise, until that is settled. */
export function span<T>(name: string, activity: Activity, work: () => T): T {
  if (!spans.hasSubscribers) return work();
  const begin = moment();
  const tell = () => spans.publish({ name, activity, begin, end: moment() } satisfies Span);
  let goesOn = false;
  try {
    const result = work();
    if (!(result instanceof Promise)) return result;
    goesOn = true;
    return result.finally(tell) as T;
  } finally {
    if (!goesOn) tell();
  }
}

/** Whether anybody wants to know of each image: workers don't look at the clock for nobody. */
export const imagesAreTimed = (): boolean => images.hasSubscribers;

/** Tells of images of one worker: `times` has three numbers for each, as in a ImageSpan. */
export function tellImages(worker: number, times: readonly number[]): void {
  for (let i = 0; i < times.length; i += 3) {
    const [begin, decoded, end] = times.slice(i, i + 3) as [number, number, number];
    images.publish({ worker, begin, decoded, end } satisfies ImageSpan);
  }
}

/** Hears of all that is marked in this thread, until the function that is returned is called. */
export function listenToSpans(onSpan: (span: Span) => void, onImage: (image: ImageSpan) => void): () => void {
  const hearSpan = (message: unknown) => onSpan(message as Span);
  const hearImage = (message: unknown) => onImage(message as ImageSpan);
  spans.subscribe(hearSpan);
  images.subscribe(hearImage);
  return () => {
    spans.unsubscribe(hearSpan);
    images.unsubscribe(hearImage);
  };
}
