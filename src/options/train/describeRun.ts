// The options of a run and the command lines that reproduce it, for its report.

import type { PastRun } from '../../report/gather/pastRun.js';
import type { RunDescription } from '../../report/gather/write.js';
import { commandLine } from '../commandLine.js';
import { evaluateOptions, predictOptions } from '../modelOptions.js';
import { givenOptions } from './givenTrainOptions.js';
import { reproducedOptions } from './reproducedOptions.js';
import { type TrainOptions, trainOptions } from './trainOptions.js';

export function describeRun({ path, run }: PastRun): RunDescription {
  const { options, state } = run;
  const given = givenOptions(options);
  const train = commandLine('train', [], trainOptions, reproducedOptions(options, run.weights));
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
