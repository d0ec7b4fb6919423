// Divides wall-clock time multiplied by cores into activities and waiting.

import type { Activity, ImageSpan, Moment, Span } from '../core/spans.js';

/** Everything recorded between the beginning and the end of a command. */
export interface Recording {
  readonly begin: Moment;
  readonly end: Moment;
  readonly spans: readonly Span[];
  readonly images: readonly ImageSpan[];
}

/** Core-seconds. Their sum is the wall-clock time multiplied by the cores. */
export type Division = Record<Activity | 'waiting', number>;

/** All outermost spans of one name. */
export interface Phase {
  readonly name: string;
  /** Wall-clock time. */
  readonly seconds: number;
  /** Core-seconds used by the process in this time, for any purpose. */
  readonly busy: number;
  /** Core-seconds not used by the process. */
  readonly waiting: number;
}

/** An interval in which the main thread had one activity. */
export interface Stretch {
  readonly activity: Activity;
  readonly phase: string;
  /** Milliseconds on the spans' clock. */
  readonly begin: number;
  readonly end: number;
  /** Core-seconds used by the process. */
  readonly processor: number;
}

/** The phase of time outside all spans. */
const noPhase = 'outside of these';

/** Cuts the recording wherever a span begins or ends. Each stretch has the activity of its innermost span. */
export function stretchesOf({ begin, end, spans }: Recording): Stretch[] {
  const stretches: Stretch[] = [];
  const open: Span[] = [];
  let last = begin;
  const cut = (here: Moment) => {
    if (here.time <= last.time) return;
    stretches.push({
      activity: open.at(-1)?.activity ?? 'other',
      phase: open[0]?.name ?? noPhase,
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

/** Divides the time of `stretches`, which are in order, on `cores`. The phases are sorted by time, longest first. */
export function divide(
  stretches: readonly Stretch[],
  images: readonly ImageSpan[],
  cores: number,
): { division: Division; phases: Phase[] } {
  const division: Division = { computing: 0, decoding: 0, files: 0, other: 0, waiting: 0 };
  const phases = new Map<string, Phase>();
  const decodingFraction = createDecodingFraction(images);
  for (const stretch of stretches) {
    const { activity, phase, begin, end, processor } = stretch;
    const seconds = (end - begin) / 1e3;
    const waiting = seconds * cores - processor;
    // While workers decode ahead, the main thread is assumed to use one core and the workers the rest.
    const ahead = activity === 'decoding' ? 0 : decodingFraction(stretch) * Math.max(0, processor - seconds);
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

/** Returns a function for the fraction of a stretch in which any worker decoded. It must be called in time order. */
function createDecodingFraction(images: readonly ImageSpan[]): (stretch: Stretch) => number {
  const times: { begin: number; end: number }[] = []; // disjoint
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
