// A recording in Chrome's trace event format, which ui.perfetto.dev and chrome://tracing open: spans (X), how many cores
// were busy (C), and the names of the tracks (M). The format:
// https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU

import type { ImageSpan } from '../core/spans.js';
import type { Recording, Stretch } from './division.js';

const pid = 1;
const mainTrack = 1;

/** Milliseconds over which busy cores are told at the least: the system counts processor time in larger grains. */
const grain = 10;

const linesAtOnce = 1000;

/**
 * The text of the trace, in pieces: a long one is never in memory as a whole. Its times begin with the recording; `facts`
 * becomes its `otherData`.
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
    if (lines.length < linesAtOnce) continue;
    yield `${lines.join(',\n')},\n`;
    lines = [];
  }
  // One more, so that no comma is left open.
  yield `${[...lines, JSON.stringify(named('process_name', mainTrack, 'alexft'))].join(',\n')}\n]}\n`;
}

function* eventsOf(recording: Recording, stretches: readonly Stretch[]): Generator<object> {
  const start = recording.begin.time;
  const micros = (time: number) => Math.round((time - start) * 1e3);
  const complete = (name: string, cat: string, tid: number, begin: number, end: number) => {
    const ts = micros(begin);
    return { name, cat, ph: 'X', pid, tid, ts, dur: micros(end) - ts };
  };
  yield named('thread_name', mainTrack, 'main thread');
  for (const { name, activity, begin, end } of recording.spans) {
    const event = complete(name, activity, mainTrack, begin.time, end.time);
    const milliseconds = end.time - begin.time;
    const cores = rounded((end.processor - begin.processor) / (milliseconds / 1e3));
    yield milliseconds < grain ? event : { ...event, args: { cores } };
  }
  for (const { time, cores } of busyCores(stretches)) {
    yield { name: 'busy cores', ph: 'C', pid, ts: micros(time), args: { cores: rounded(cores) } };
  }
  const tracks = new ImageTracks();
  for (const image of recording.images.toSorted((a, b) => a.begin - b.begin)) {
    const { begin, decoded, end } = image;
    const { tid, names } = tracks.free(image);
    yield* names;
    yield complete('read and decode', 'decoding', tid, begin, decoded);
    yield complete('resize and normalize', 'decoding', tid, decoded, end);
  }
}

const rounded = (value: number): number => Number(value.toFixed(2));

const named = (what: string, tid: number, name: string) => ({
  name: what,
  ph: 'M',
  pid,
  tid,
  args: { name },
});

/** A worker has several images in hand: each gets a track on which none of the others is. */
class ImageTracks {
  /** By worker: of each of its tracks, until when it is taken. */
  readonly #taken = new Map<number, { tid: number; until: number }[]>();
  #lastTrack = mainTrack;

  /** To be asked in the order in which images begin. `names`: the events that name the track, where it is a new one. */
  free({ worker, begin, end }: ImageSpan): { tid: number; names: object[] } {
    const tracks = this.#taken.get(worker) ?? [];
    this.#taken.set(worker, tracks);
    const free = tracks.find(({ until }) => until <= begin);
    if (free) {
      free.until = end;
      return { tid: free.tid, names: [] };
    }
    this.#lastTrack += 1;
    const tid = this.#lastTrack;
    tracks.push({ tid, until: end });
    const sort_index = 1000 * worker + tracks.length;
    const names = [
      named('thread_name', tid, `decoding worker ${worker}, image ${tracks.length}`),
      { name: 'thread_sort_index', ph: 'M', pid, tid, args: { sort_index } },
    ];
    return { tid, names };
  }
}

/** How many cores were busy from each `time` on. */
function* busyCores(stretches: readonly Stretch[]): Generator<{ time: number; cores: number }> {
  let time: number | undefined;
  let processor = 0;
  for (const stretch of stretches) {
    time ??= stretch.begin;
    processor += stretch.processor;
    if (stretch.end - time < grain) continue;
    yield { time, cores: processor / ((stretch.end - time) / 1e3) };
    time = undefined;
    processor = 0;
  }
}
