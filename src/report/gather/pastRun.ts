// The files of a run folder. Those of an interrupted or killed run may be missing or incomplete.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dataError, printable } from '../../core/errors.js';
import { firstProblem, isNumber, isObject, optional } from '../../core/json.js';
import { runFiles } from '../../run/runFiles.js';
import type { TrainConfig } from '../../training/config.js';
import type { EpochEvent, SkippedEvent, StartEvent, StepEvent, TestScore } from '../../training/events.js';

/** The fields of run.json that a report uses (docs/json.md). */
interface RunFile {
  readonly state: string;
  readonly error?: string;
  readonly started?: string;
  readonly seconds?: number;
  readonly options: TrainConfig;
  readonly device?: string;
  readonly engine?: string;
  readonly gpu?: { readonly name?: string };
  readonly weights?: string;
  readonly versions?: Readonly<Record<string, string>>;
  readonly classes: readonly string[];
  readonly epochs?: readonly EpochEvent[];
  readonly test?: TestScore;
  readonly sha256?: Readonly<Record<string, string>>;
}

interface SplitFile {
  /** The two folders of a run with `--val`. */
  readonly data?: string;
  readonly val?: string;
  readonly together?: readonly (readonly string[])[];
  readonly files: readonly {
    readonly file: string;
    readonly class: string;
    readonly side: 'train' | 'validation';
  }[];
}

export interface PastRun {
  readonly path: string;
  readonly run: RunFile;
  readonly split: SplitFile;
  readonly epochs: readonly EpochEvent[];
  readonly steps: readonly StepEvent[];
  readonly skipped: readonly SkippedEvent[];
}

/** Reads the run in `folder`. Throws a data error if there is no readable run.json. */
export async function readPastRun(folder: string): Promise<PastRun> {
  const run = await readJson<RunFile>(join(folder, runFiles.run));
  if (!run?.options?.data || !isListOf(run.classes, isText)) {
    throw dataError(
      `Expected a run folder but '${printable(folder)}' has no readable run.json.`,
      'Name the folder of a training, such as models/DATE-TIME.',
    );
  }
  const problem = problemOf(run);
  if (problem !== undefined) {
    throw dataError(`run.json in '${printable(folder)}' is damaged: ${printable(problem)}.`);
  }
  const split = await readJson<SplitFile>(join(folder, runFiles.split));
  const events = await readEvents(join(folder, runFiles.events));
  const of = <Kind extends RunEvent['event']>(kind: Kind) =>
    events.filter((event): event is Extract<RunEvent, { event: Kind }> => event.event === kind);
  const epochs = of('epoch').filter(isEpoch);
  return {
    path: folder,
    run,
    split: {
      ...split,
      files: (Array.isArray(split?.files) ? split.files : []).filter(
        (entry) => isText(entry?.file) && isText(entry.class),
      ),
    },
    epochs: epochs.length > 0 ? epochs : (run.epochs ?? []).filter(isEpoch),
    steps: of('step').filter(({ step, loss }) => [step, loss].every(Number.isFinite)),
    skipped: of('skipped').filter(({ file, reason }) => [file, reason].every(isText)),
  };
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isListOf = (value: unknown, is: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(is);

const checks = {
  state: isText,
  error: optional(isText),
  started: optional(isText),
  seconds: optional(isNumber),
  weights: optional(isText),
  epochs: optional((list) => isListOf(list, isObject)),
};
const optionChecks = { data: isText, val: optional(isText), weights: isText };

const problemOf = (run: RunFile): string | undefined =>
  firstProblem({ ...run }, checks) ?? firstProblem({ ...run.options }, optionChecks);

/** Rejects damaged events, and those with a loss of NaN, which is null in JSON. */
const isEpoch = ({ epoch, loss, accuracy, seconds, valLoss = 0, valAccuracy = 0 }: EpochEvent): boolean =>
  [epoch, loss, accuracy, seconds, valLoss, valAccuracy].every(Number.isFinite);

type RunEvent = EpochEvent | StepEvent | SkippedEvent | StartEvent;

async function readJson<T>(path: string): Promise<T | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return parsed<T>(text);
}

/** Ignores damaged lines: a running process may be writing the last one. */
async function readEvents(path: string): Promise<RunEvent[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const event = parsed<RunEvent>(line);
    return event && isText(event.event) ? [event] : [];
  });
}

function parsed<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
