// The options of a run and the command lines that reproduce it, for its report.

import type { PastRun } from '../../report/gather/pastRun.js';
import type { RunDescription } from '../../report/gather/write.js';
import { findNamed } from '../../weights/namedWeights.js';
import { commandLine } from '../commandLine.js';
import { evaluateOptions, predictOptions } from '../modelOptions.js';
import { givenOptions } from './givenTrainOptions.js';
import { type TrainOptions, trainOptions } from './trainOptions.js';

/** Options that don't change the result of a training. */
const notReproduced: readonly string[] = [
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

export function describeRun({ path, run }: PastRun): RunDescription {
  const { options, state } = run;
  const given = givenOptions(options);
  // `weights` in run.json are those that --weights resolved to; a path is absolute only in the options.
  const weights = findNamed(options.weights) ? (run.weights ?? options.weights) : options.weights;
  const reproduced = Object.entries({ ...given, weights }).filter(
    ([name, value]) =>
      !notReproduced.includes(name) && value !== trainOptions[name as keyof TrainOptions].default,
  );
  const train = commandLine('train', [], trainOptions, Object.fromEntries(reproduced));
  const resume = commandLine('train', [], trainOptions, { resume: path });
  const predict = commandLine('predict', ['photo.jpg'], predictOptions, { model: path });
  const data = options.val ?? 'data/held-out';
  const evaluate = commandLine('evaluate', [], evaluateOptions, { data, model: path });
  const resumable = ['interrupted', 'running', 'failed'].includes(state);
  return {
    options: Object.entries(trainOptions).flatMap(([name, { flag, defaultText }]) => {
      const value = options[name as keyof TrainOptions] ?? defaultText;
      if (value === undefined || name === 'dryRun') return [];
      const text = typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
      return [{ name: flag, value: text, given: given[name] !== undefined }];
    }),
    commands: [
      { purpose: 'Repeat the training', command: train },
      ...(resumable ? [{ purpose: 'Resume the training', command: resume }] : []),
      { purpose: 'Classify other images', command: predict },
      {
        purpose: `Evaluate on ${options.val === undefined ? 'other' : 'its validation'} images`,
        command: evaluate,
      },
      { purpose: 'Write this report', command: commandLine('report', [path]) },
    ],
  };
}
