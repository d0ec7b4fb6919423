// --profile: where a command's time went, told at its end, and as a trace in a file.

import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { printable, reasonOf } from '../../errors.js';
import { writeAtomically } from '../../fetch/atomic.js';
import { profileOption } from '../../options/profileOption.js';
import { clock, listenToSpans, type Moment, moment, type PictureSpan, type Span } from '../../spans.js';
import { version } from '../../version.js';
import type { CommandContext } from '../context.js';
import { checkOutputFile, writing } from '../outputFile.js';
import { type Division, divide, type Phase, stretchesOf } from './division.js';
import { traceOf } from './trace.js';

export interface Profile {
  /** The trace, as it was named. */
  readonly file: string;
  /** On the clock, from the command's begin (of a process of its own: from that of the process) to its end. */
  readonly seconds: number;
  readonly cores: number;
  readonly division: Division;
  readonly phases: readonly Phase[];
  /**
   * Core-seconds that other programs had meanwhile, which this one may have waited for. Undefined where the machine has
   * more cores than this process may use.
   */
  readonly others: number | undefined;
  /** Whether it goes to the end: of a long command only the beginning is told, for want of memory. */
  readonly complete: boolean;
}

/** Spans and pictures that are kept: 50 MB of memory, and as much of a file. */
const most = 500_000;

const notAsked = { end: async () => {} };

/**
 * Listens from now on, where a file is named. `end` writes it, tells the context, and throws nothing: a command's result
 * matters more. Throws a usage error where the file is there already and `force` is not given, and an error (exit 1)
 * where it can't be written.
 */
export async function startProfile(
  { profile: file, force }: { profile?: string | undefined; force?: boolean | undefined },
  context: CommandContext,
): Promise<{ end(): Promise<void> }> {
  if (file === undefined) return notAsked;
  profileOption.check(file);
  await checkOutputFile(file, force === true);

  const spans: Span[] = [];
  const pictures: PictureSpan[] = [];
  const here = moment();
  const machine = machineBusy();
  let begin = here;
  if (context.ownProcess) {
    begin = { time: clock() - performance.now(), processor: 0 };
    spans.push({ name: 'start the program', activity: 'other', begin, end: here });
  }
  let full: Moment | undefined;
  const keep = <T>(list: T[], one: T) => {
    list.push(one);
    if (spans.length + pictures.length < most) return;
    full = moment();
    stop();
  };
  const stop = listenToSpans(
    (span) => keep(spans, span),
    (picture) => keep(pictures, picture),
  );

  const end = async () => {
    stop();
    const now = moment();
    const others = machineBusy() - machine - (now.processor - here.processor);
    const recording = { begin, end: full ?? now, spans, pictures };
    const stretches = stretchesOf(recording);
    const cores = availableParallelism();
    const facts = {
      seconds: (recording.end.time - begin.time) / 1e3,
      cores,
      ...divide(stretches, pictures, cores),
      others: cpus().length === cores ? Math.max(0, others) : undefined,
      complete: full === undefined,
    };
    const text = traceOf(recording, stretches, { alexft: version, node: process.version, ...facts });
    try {
      await writing(file, () => writeAtomically(file, (temporary) => writeFile(temporary, text)));
    } catch (error) {
      context.onMessage(`The profile was not written. ${printable(reasonOf(error))}`);
    }
    context.onProfile?.({ file, ...facts });
  };
  return { end };
}

/** Core-seconds that all programs of this machine have used, as the system counts them. */
const machineBusy = (): number =>
  cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1e3;
