// A line of advice on a training.

import { commandLine } from '../../options/commandLine.js';
import { givenOptions } from '../../options/train/givenTrainOptions.js';
import { lrFindOptions } from '../../options/train/lrFindOptions.js';
import { trainOptions } from '../../options/train/trainOptions.js';
import type { Advice } from '../../training/advice.js';
import type { TrainConfig } from '../../training/config.js';
import { asTyped } from '../terminal/typedCommand.js';

/** With the command line to try instead. */
export function adviceLine({ sentence, change, sweep }: Advice, options: TrainConfig): string {
  if (!change && !sweep) return `Advice: ${sentence}`;
  const {
    out: _out,
    force: _force,
    resume: _resume,
    profile: _profile,
    ...given
  } = givenOptions({ ...options, ...change });
  const command = sweep
    ? commandLine('lr-find', [], lrFindOptions, given)
    : commandLine('train', [], trainOptions, given);
  return `Advice: ${sentence} To try: ${asTyped(command)}`;
}
