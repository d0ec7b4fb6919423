// Chrome's trace event format, for ui.perfetto.dev and chrome://tracing: spans (X), busy cores (C) and track names (M).
// https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU

import type { ImageSpan } from '../core/spans.js';
import type { Recording, Stretch } from './division.js';

const pid = 1;
const mainTrack = 1;

/** The shortest interval, in milliseconds, for busy cores: the system's processor time is coarser than its clock. */
const resolution = 10;

const linesPerChunk = 1000;

/**
 * The trace's JSON in chunks, so that a long trace is never in memory as a whole. Times are relative to the recording's
 * beginning. `facts` becomes `otherData`.
 */
export function* traceOf(
  recording: Recording,
  stretches: readonly Stretch[],
  facts: object,
): Generator<string> {
  yield `{"displayTimeUnit":"ms","otherData":${JSON.stringify(facts)},"traceEvents":[\n`;
  let lines: string[] = [];
  for (const event of eventsOf(recording, stretches)) {
    lines.push(JSON.stringify(event));
    if (lines.length < linesPerChunk) continue;
    yield `${lines.join(',\n')},\n`;
    lines = [];
  }
  // A last event, so that the list never ends with a comma.
  yield `${[...lines, JSON.stringify(nameEvent('process_name', mainTrack, 'alexft'))].join(',\n')}\n]}\n`;
}

function* eventsOf(recording: Recording, stretches: readonly Stretch[]): Generator<object> {
  const start = recording.begin.time;
  const microseconds = (time: number) => Math.round((time - start) * 1e3);
  const spanEvent = (name: string, cat: string, tid: number, begin: number, end: number) => {
    const ts = microseconds(begin);
    return { name, cat, ph: 'X', pid, tid, ts, dur: microseconds(end) - ts };
  };
  yield nameEvent('thread_name', mainTrack, 'main thread');
  for (const { name, activity, begin, end } of recording.spans) {
    const event = spanEvent(name, activity, mainTrack, begin.time, end.time);
    const milliseconds = end.time - begin.time;
    const cores = rounded((end.processor - begin.processor) / (milliseconds / 1e3));
    yield milliseconds < resolution ? event : { ...event, args: { cores } };
  }
  for (const { time, cores } of busyCores(stretches)) {
    yield { name: 'busy cores', ph: 'C', pid, ts: microseconds(time), args: { cores: rounded(cores) } };
  }
  const tracks = new ImageTracks();
  for (const image of recording.images.toSorted((a, b) => a.begin - b.begin)) {
    const { begin, decoded, end } = image;
    const { tid, nameEvents } = tracks.assign(image);
    yield* nameEvents;
    yield spanEvent('read and decode', 'decoding', tid, begin, decoded);
    yield spanEvent('resize and normalize', 'decoding', tid, decoded, end);
  }
}

const rounded = (value: number): number => Number(value.toFixed(2));

const nameEvent = (what: string, tid: number, name: string) => ({
  name: what,
  ph: 'M',
  pid,
  tid,
  args: { name },
});

/** Tracks for images. A worker processes several images at once, and spans on a track must not overlap. */
class ImageTracks {
  /** The tracks of each worker, with the end of each track's last image. */
  readonly #tracks = new Map<number, { tid: number; until: number }[]>();
  #lastTrack = mainTrack;

  /** Must be called in the order in which images begin. `nameEvents` names the track if it is new. */
  assign({ worker, begin, end }: ImageSpan): { tid: number; nameEvents: object[] } {
    const tracks = this.#tracks.get(worker) ?? [];
    this.#tracks.set(worker, tracks);
    const free = tracks.find(({ until }) => until <= begin);
    if (free) {
      free.until = end;
      return { tid: free.tid, nameEvents: [] };
    }
    this.#lastTrack += 1;
    const tid = this.#lastTrack;
    tracks.push({ tid, until: end });
    const sort_index = 1000 * worker + tracks.length;
    const nameEvents = [
      nameEvent('thread_name', tid, `decoding worker ${worker}, image ${tracks.length}`),
      { name: 'thread_sort_index', ph: 'M', pid, tid, args: { sort_index } },
    ];
    return { tid, nameEvents };
  }
}

/** The number of busy cores from each `time` on. */
function* busyCores(stretches: readonly Stretch[]): Generator<{ time: number; cores: number }> {
  let time: number | undefined;
  let processor = 0;
  for (const stretch of stretches) {
    time ??= stretch.begin;
    processor += stretch.processor;
    if (stretch.end - time < resolution) continue;
    yield { time, cores: processor / ((stretch.end - time) / 1e3) };
    time = undefined;
    processor = 0;
  }
}
