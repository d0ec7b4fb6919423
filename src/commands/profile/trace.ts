// A recording in Chrome's trace event format, which ui.perfetto.dev and chrome://tracing open: spans (X), how many cores
// were busy (C), and the names of the tracks (M). The format:
// https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU

import type { PictureSpan } from '../../spans.js';
import type { Recording, Stretch } from './division.js';

const pid = 1;
const mainTrack = 1;

/** Milliseconds over which busy cores are told at the least: the system counts processor time in larger grains. */
const grain = 10;

/** The text of the trace. Its times begin with the recording; `facts` becomes its `otherData`. */
export function traceOf(recording: Recording, stretches: readonly Stretch[], facts: object): string {
  const start = recording.begin.time;
  const micros = (time: number) => Math.round((time - start) * 1e3);
  const between = (begin: number, end: number) => ({ ts: micros(begin), dur: micros(end) - micros(begin) });
  const complete = (name: string, cat: string, tid: number, begin: number, end: number, args?: object) => ({
    name,
    cat,
    ph: 'X',
    pid,
    tid,
    ...between(begin, end),
    ...(args && { args }),
  });
  const events: object[] = [
    named('process_name', mainTrack, 'alexft'),
    named('thread_name', mainTrack, 'main thread'),
  ];
  for (const { name, activity, begin, end } of recording.spans) {
    const milliseconds = end.time - begin.time;
    const cores = rounded((end.processor - begin.processor) / (milliseconds / 1e3));
    const args = milliseconds >= grain ? { cores } : undefined;
    events.push(complete(name, activity, mainTrack, begin.time, end.time, args));
  }
  for (const { time, cores } of busyCores(stretches)) {
    events.push({ name: 'busy cores', ph: 'C', pid, ts: micros(time), args: { cores: rounded(cores) } });
  }
  const tracks = new PictureTracks(events);
  for (const picture of recording.pictures.toSorted((a, b) => a.begin - b.begin)) {
    const { begin, decoded, end } = picture;
    const track = tracks.free(picture);
    events.push(complete('read and decode', 'decoding', track, begin, decoded));
    events.push(complete('resize and normalize', 'decoding', track, decoded, end));
  }
  const lines = events.map((event) => JSON.stringify(event)).join(',\n');
  return `{"displayTimeUnit":"ms","otherData":${JSON.stringify(facts)},"traceEvents":[\n${lines}\n]}\n`;
}

const rounded = (value: number): number => Number(value.toFixed(2));

const named = (what: string, tid: number, name: string) => ({
  name: what,
  ph: 'M',
  pid,
  tid,
  args: { name },
});

/** A worker has several pictures in hand: each gets a track on which none of the others is. */
class PictureTracks {
  /** By worker: of each of its tracks, until when it is taken. */
  readonly #taken = new Map<number, { tid: number; until: number }[]>();
  #lastTrack = mainTrack;

  constructor(private readonly events: object[]) {}

  free({ worker, begin, end }: PictureSpan): number {
    const tracks = this.#taken.get(worker) ?? [];
    this.#taken.set(worker, tracks);
    const free = tracks.find(({ until }) => until <= begin);
    if (free) {
      free.until = end;
      return free.tid;
    }
    this.#lastTrack += 1;
    const tid = this.#lastTrack;
    tracks.push({ tid, until: end });
    this.events.push(named('thread_name', tid, `decoding worker ${worker}, picture ${tracks.length}`));
    const sort_index = 1000 * worker + tracks.length;
    this.events.push({ name: 'thread_sort_index', ph: 'M', pid, tid, args: { sort_index } });
    return tid;
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
