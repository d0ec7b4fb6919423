// --profile: where a command's time went, told at its end, and as a trace in a file.

import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { checkOutputFile, writing } from '../commands/outputFile.js';
import type { CommandContext } from '../core/context.js';
import { printable, reasonOf } from '../core/errors.js';
import { clock, type ImageSpan, listenToSpans, type Moment, moment, type Span } from '../core/spans.js';
import { version } from '../core/version.js';
import { writeAtomically } from '../io/atomic.js';
import { profileOption } from '../options/profileOption.js';
import { type Division, divide, type Phase, stretchesOf } from './division.js';
import { traceOf } from './trace.js';

export interface Profile {
  /** The trace, as it was named; undefined where it could not be written. */
  readonly file: string | undefined;
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

/** Spans and images that are kept: 80 MB of memory, and up to 110 MB of a file. */
const mostKept = 500_000;

const notAsked: AsyncDisposable = { [Symbol.asyncDispose]: async () => {} };

/**
 * Listens from now on, where a file is named. `end` writes it, tells the context, and throws nothing: a command's result
 * matters more. Throws a usage error where the file is there already and `force` is not given, and an error (exit 1)
 * where it can't be written.
 */
export async function startProfile(
  { profile: file, force }: { profile?: string | undefined; force?: boolean | undefined },
  context: CommandContext,
  most = mostKept,
): Promise<AsyncDisposable> {
  if (file === undefined) return notAsked;
  profileOption.check(file);
  await checkOutputFile(file, force === true);

  const spans: Span[] = [];
  const images: ImageSpan[] = [];
  const here = moment();
  const machineBefore = machineBusy();
  let begin = here;
  if (context.ownProcess) {
    begin = { time: clock() - performance.now(), processor: 0 };
    spans.push({ name: 'start the program', activity: 'other', begin, end: here });
  }
  let full: { end: Moment; machine: number } | undefined;
  const keep = <T>(list: T[], one: T) => {
    list.push(one);
    if (spans.length + images.length < most) return;
    full = { end: moment(), machine: machineBusy() };
    stop();
  };
  const stop = listenToSpans(
    (span) => keep(spans, span),
    (image) => keep(images, image),
  );

  const end = async () => {
    stop();
    const { end, machine } = full ?? { end: moment(), machine: machineBusy() };
    const others = machine - machineBefore - (end.processor - here.processor);
    const recording = { begin, end, spans, images };
    const stretches = stretchesOf(recording);
    const cores = availableParallelism();
    const facts = {
      seconds: (end.time - begin.time) / 1e3,
      cores,
      ...divide(stretches, images, cores),
      others: cpus().length === cores ? Math.max(0, others) : undefined,
      complete: full === undefined,
    };
    const about = { alexft: version, node: process.version, ...facts };
    const trace = traceOf(recording, stretches, about);
    const write = () => writeAtomically(file, (temporary) => writeFile(temporary, trace));
    const written = await writing(file, write).then(
      () => true,
      (error) => {
        context.onMessage(`The profile was not written. ${printable(reasonOf(error))}`);
        return false;
      },
    );
    context.onProfile?.({ file: written ? file : undefined, ...facts });
  };
  return { [Symbol.asyncDispose]: end };
}

/** Core-seconds that all programs of this machine have used, as the system counts them. */
const machineBusy = (): number =>
  cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1e3;
