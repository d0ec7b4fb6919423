// Reads a trace as a viewer does and checks its invariants.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { Profile } from '../../dist/profile/context.js';

interface TraceEvent {
  readonly name: string;
  readonly ph: 'X' | 'C' | 'M';
  readonly pid: number;
  readonly tid: number;
  readonly cat: string;
  readonly ts: number;
  readonly dur: number;
  readonly args: Readonly<Record<string, unknown>>;
}

export interface Trace {
  /** The number of spans with a name. */
  count(name: string): number;
  /** The activity of all spans with a name; it must be the same. */
  activityOf(name: string): string;
  readonly facts: Omit<Profile, 'file'>;
  /** The names of all tracks. */
  readonly tracks: readonly string[];
  readonly spans: readonly TraceEvent[];
}

/** Fails if a viewer could not read the trace, if spans of a track overlap, or if the division does not add up. */
export async function readTrace(file: string): Promise<Trace> {
  const { traceEvents, otherData: facts } = JSON.parse(await readFile(file, 'utf8')) as {
    traceEvents: TraceEvent[];
    otherData: Omit<Profile, 'file'>;
  };
  const spans = traceEvents.filter(({ ph }) => ph === 'X');
  const counters = traceEvents.filter(({ ph }) => ph === 'C');
  const named = traceEvents.filter(({ ph, name }) => ph === 'M' && name === 'thread_name');
  assert.ok(spans.length > 0 && counters.length > 0);
  const end = facts.seconds * 1e6;
  for (const { name, ts, dur, tid, pid } of spans) {
    assert.ok(
      Number.isInteger(ts) && Number.isInteger(dur) && ts >= 0 && dur >= 0,
      `${name}: ${ts} + ${dur}`,
    );
    assert.ok(ts + dur <= end + 1, `${name} ends at ${ts + dur} of ${end}`);
    assert.ok(
      named.some((track) => track.tid === tid && track.pid === pid),
      `track ${tid} has no name`,
    );
  }
  for (const { ts, args } of counters) {
    assert.ok(ts >= 0 && ts <= end && Number(args.cores) >= 0, `${args.cores} busy cores at ${ts}`);
  }
  for (const { tid } of named) checkNesting(spans.filter((span) => span.tid === tid));
  checkDivision(facts);
  return {
    count: (name) => spans.filter((span) => span.name === name).length,
    activityOf: (name) => {
      const activities = new Set(spans.filter((span) => span.name === name).map(({ cat }) => cat));
      assert.equal(activities.size, 1, name);
      return [...activities][0]!;
    },
    facts,
    tracks: named.map(({ args }) => String(args.name)),
    spans,
  };
}

/** Spans of a track are nested or disjoint. */
function checkNesting(track: readonly TraceEvent[]): void {
  const open: TraceEvent[] = [];
  for (const span of track.toSorted((a, b) => a.ts - b.ts || b.dur - a.dur)) {
    while (open.length > 0 && open.at(-1)!.ts + open.at(-1)!.dur <= span.ts) open.pop();
    const around = open.at(-1);
    const within = !around || span.ts + span.dur <= around.ts + around.dur;
    assert.ok(within, `'${span.name}' at ${span.ts} begins in '${around?.name}' and ends after it`);
    open.push(span);
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
const close = (a: number, b: number, what: string) =>
  assert.ok(Math.abs(a - b) < 1e-6, `${what}: ${a}, ${b}`);

function checkDivision({ seconds, cores, division, phases }: Trace['facts']): void {
  close(sum(Object.values(division)), seconds * cores, 'the division');
  close(sum(phases.map((phase) => phase.seconds)), seconds, 'phases on the clock');
  close(sum(phases.map(({ busy, waiting }) => busy + waiting)), seconds * cores, 'phases on all cores');
  close(sum(phases.map(({ waiting }) => waiting)), division.waiting, 'waiting');
  for (const [name, part] of Object.entries(division)) {
    if (name !== 'waiting') assert.ok(part >= 0, `${name}: ${part}`);
  }
}
