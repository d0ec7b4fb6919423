// What a run was: its options, versions, device, and the commands that repeat it.

import { version } from '../../core/version.js';
import { commandLine } from '../../options/commandLine.js';
import { givenOptions } from '../../options/givenTrainOptions.js';
import { evaluateOptions, predictOptions } from '../../options/modelOptions.js';
import { type TrainOptions, trainOptions } from '../../options/trainOptions.js';
import type { Curves, Fact, RepeatCommand, RunFacts } from '../reportData.js';
import type { PastRun } from './pastRun.js';

/** Options that say where a run goes, or how it is told of, and not what it computes. */
const notRepeated: readonly string[] = [
  'out',
  'force',
  'resume',
  'dryRun',
  'noSetup',
  'noReport',
  'keepCheckpoint',
  'checkpointEvery',
  'cacheLimit',
  'profile',
];

export function factsOf({ path, run, split, epochs, skipped }: PastRun, made: Date): RunFacts {
  const given = givenOptions(run.options);
  const side = (name: string) => split.files.filter((file) => file.side === name).length;
  return {
    path,
    state: run.state,
    error: run.error,
    started: run.started,
    // Of one that was killed run.json has the seconds of its beginning.
    seconds: run.state === 'running' ? undefined : run.seconds,
    images: { train: side('train'), validation: side('validation'), skipped: skipped.length },
    bestEpoch: epochs.findLast(({ best }) => best)?.epoch,
    facts: machineFacts(run),
    options: Object.entries(trainOptions).flatMap(([name, { flag, defaultText }]) => {
      const value = run.options[name as keyof TrainOptions] ?? defaultText;
      if (value === undefined || name === 'dryRun') return [];
      const words = typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
      return [{ name: flag, value: words, given: given[name] !== undefined }];
    }),
    made: { at: `${made.toISOString().slice(0, 16).replace('T', ' ')} UTC`, version },
  };
}

function machineFacts({ versions, device, engine, gpu, weights, started, sha256 }: PastRun['run']): Fact[] {
  const known: [string, string | undefined][] = [
    ['alexft', versions?.alexft],
    ['Node', versions?.node],
    ['Device', device],
    ['Engine', engine],
    ['GPU', gpu?.name],
    ['Started from', weights],
    ['Started at', started],
    ['SHA-256 of model.safetensors', sha256?.['model.safetensors']],
  ];
  return known.flatMap(([name, value]) => (typeof value === 'string' ? [{ name, value }] : []));
}

/** `weights`: what the run really began with, where --weights let it choose. */
export function repeatCommands({ path, run }: PastRun): RepeatCommand[] {
  const { options, weights = options.weights } = run;
  const repeated = Object.entries({ ...givenOptions(options), weights }).filter(
    ([name, value]) =>
      !notRepeated.includes(name) && value !== trainOptions[name as keyof TrainOptions].default,
  );
  const open = run.state === 'interrupted' || run.state === 'running' || run.state === 'failed';
  return [
    {
      what: 'The same training',
      command: commandLine('train', [], trainOptions, Object.fromEntries(repeated)),
    },
    ...(open
      ? [{ what: 'Going on with it', command: commandLine('train', [], trainOptions, { resume: path }) }]
      : []),
    {
      what: 'Naming other images',
      command: commandLine('predict', ['photo.jpg'], predictOptions, { model: path }),
    },
    {
      what:
        options.val === undefined
          ? 'Judging it on a folder of other images'
          : 'Judging it on its validation images',
      command: commandLine('evaluate', [], evaluateOptions, {
        data: options.val ?? 'data/held-out',
        model: path,
      }),
    },
    { what: 'This report', command: commandLine('report', [path]) },
  ];
}

/** Steps stand where they are in their epoch, from 0 on. */
export function curvesOf({ run, split, epochs, steps }: PastRun): Curves {
  const train = split.files.filter(({ side }) => side === 'train').length;
  const perEpoch = Math.max(1, Math.ceil(train / run.options.batchSize));
  return {
    epochs,
    steps: steps.map(({ step, loss }) => ({ at: step / perEpoch, loss })),
  };
}
