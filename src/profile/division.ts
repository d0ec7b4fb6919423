// How the time on the clock, times the cores, divides into what they did and waiting.

import type { Activity, ImageSpan, Moment, Span } from '../core/spans.js';

/** What was heard of a command, from its begin to its end. */
export interface Recording {
  readonly begin: Moment;
  readonly end: Moment;
  readonly spans: readonly Span[];
  readonly images: readonly ImageSpan[];
}

/** Core-seconds; together they are the time on the clock times the cores. */
export type Division = Record<Activity | 'waiting', number>;

/** All spans of one name that lie in no other one. */
export interface Phase {
  readonly name: string;
  /** On the clock. */
  readonly seconds: number;
  /** Core-seconds that the process used meanwhile, whatever for. */
  readonly busy: number;
  /** Core-seconds that it did not use. */
  readonly waiting: number;
}

/** A stretch of time in which the main thread was at one thing, and the process used so many `processor` seconds. */
export interface Stretch {
  readonly activity: Activity;
  readonly phase: string;
  /** Milliseconds of the spans' clock. */
  readonly begin: number;
  readonly end: number;
  readonly processor: number;
}

/** The phase of what is in no span. */
const between = 'between these';

/** The recording's time, cut wherever a span begins or ends; each stretch is of the innermost span that it lies in. */
export function stretchesOf({ begin, end, spans }: Recording): Stretch[] {
  const stretches: Stretch[] = [];
  const open: Span[] = [];
  let last = begin;
  const cut = (here: Moment) => {
    if (here.time <= last.time) return;
    stretches.push({
      activity: open.at(-1)?.activity ?? 'other',
      phase: open[0]?.name ?? between,
      begin: last.time,
      end: here.time,
      processor: here.processor - last.processor,
    });
    last = here;
  };
  const closeBefore = (time: number) => {
    for (let top = open.at(-1); top && top.end.time <= time; top = open.at(-1)) {
      cut(top.end);
      open.pop();
    }
  };
  const outerFirst = spans.toSorted((a, b) => a.begin.time - b.begin.time || b.end.time - a.end.time);
  for (const span of outerFirst) {
    closeBefore(span.begin.time);
    cut(span.begin);
    open.push(span);
  }
  closeBefore(Number.POSITIVE_INFINITY);
  cut(end);
  return stretches;
}

/** Divides the time of the `stretches` on so many `cores`; phases come with the longest first. */
export function divide(
  stretches: readonly Stretch[],
  images: readonly ImageSpan[],
  cores: number,
): { division: Division; phases: Phase[] } {
  const division: Division = { computing: 0, decoding: 0, files: 0, other: 0, waiting: 0 };
  const phases = new Map<string, Phase>();
  const shareDecoded = decodedShares(images);
  for (const stretch of stretches) {
    const { activity, phase, begin, end, processor } = stretch;
    const seconds = (end - begin) / 1e3;
    const waiting = seconds * cores - processor;
    // Beside images that are decoded ahead the main thread has one core, and the workers have the others.
    const ahead = activity === 'decoding' ? 0 : shareDecoded(stretch) * Math.max(0, processor - seconds);
    division[activity] += processor - ahead;
    division.decoding += ahead;
    division.waiting += waiting;
    const before = phases.get(phase) ?? { seconds: 0, busy: 0, waiting: 0 };
    phases.set(phase, {
      name: phase,
      seconds: before.seconds + seconds,
      busy: before.busy + processor,
      waiting: before.waiting + waiting,
    });
  }
  return { division, phases: [...phases.values()].sort((a, b) => b.seconds - a.seconds) };
}

/** In which share of a stretch any worker was at an image. To be asked of stretches in their order. */
function decodedShares(images: readonly ImageSpan[]): (stretch: Stretch) => number {
  const times: { begin: number; end: number }[] = []; // with no two that touch
  for (const { begin, end } of images.toSorted((a, b) => a.begin - b.begin)) {
    const last = times.at(-1);
    if (last && begin <= last.end) last.end = Math.max(last.end, end);
    else times.push({ begin, end });
  }
  let next = 0;
  return ({ begin, end }) => {
    while (next < times.length && times[next]!.end <= begin) next += 1;
    let decoded = 0;
    for (let i = next; i < times.length && times[i]!.begin < end; i++) {
      decoded += Math.min(end, times[i]!.end) - Math.max(begin, times[i]!.begin);
    }
    return decoded / (end - begin);
  };
}
