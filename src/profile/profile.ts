// --profile: records where a command's time goes, reports it at the end and writes a trace file.

import { availableParallelism, cpus } from 'node:os';
import { printable, reasonOf } from '../core/errors.js';
import { clock, type ImageSpan, listenToSpans, type Moment, moment, type Span } from '../core/spans.js';
import { version } from '../core/version.js';
import { checkOutputFile, writeOutputFile } from '../io/outputFile.js';
import type { CommandContext } from './context.js';
import { divide, stretchesOf } from './division.js';
import { traceOf } from './trace.js';

/** The largest number of recorded spans and images: 80 MB of memory, and a trace of up to 110 MB. */
const maxRecorded = 500_000;

const disabled: AsyncDisposable = { [Symbol.asyncDispose]: async () => {} };

/**
 * Starts recording if a `profile` file is named. `end` writes the file and calls `onProfile`; it never throws, so that
 * the command's result is not lost. Throws a usage error if the file exists and `force` is false, and a `UserError`
 * (exit code 1) if it can't be written.
 */
export async function startProfile(
  { profile: file, force }: { profile?: string | undefined; force?: boolean | undefined },
  context: CommandContext,
  limit = maxRecorded,
): Promise<AsyncDisposable> {
  if (file === undefined) return disabled;
  await checkOutputFile(file, force === true);

  const spans: Span[] = [];
  const images: ImageSpan[] = [];
  const started = moment();
  const machineBefore = machineBusy();
  let begin = started;
  if (context.ownProcess) {
    begin = { time: clock() - performance.now(), processor: 0 };
    spans.push({ name: 'start the program', activity: 'other', begin, end: started });
  }
  let limitReached: { end: Moment; machine: number } | undefined;
  const record = <T>(list: T[], item: T) => {
    list.push(item);
    if (spans.length + images.length < limit) return;
    limitReached = { end: moment(), machine: machineBusy() };
    stop();
  };
  const stop = listenToSpans(
    (span) => record(spans, span),
    (image) => record(images, image),
  );

  const end = async () => {
    stop();
    const { end, machine } = limitReached ?? { end: moment(), machine: machineBusy() };
    const others = machine - machineBefore - (end.processor - started.processor);
    const recording = { begin, end, spans, images };
    const stretches = stretchesOf(recording);
    const cores = availableParallelism();
    const facts = {
      seconds: (end.time - begin.time) / 1e3,
      cores,
      ...divide(stretches, images, cores),
      others: cpus().length === cores ? Math.max(0, others) : undefined,
      complete: limitReached === undefined,
    };
    const trace = traceOf(recording, stretches, { alexft: version, node: process.version, ...facts });
    const written = await writeOutputFile(file, trace).then(
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

/** Core-seconds used by all processes of the machine since it booted. */
const machineBusy = (): number =>
  cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1e3;
