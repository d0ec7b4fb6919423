// One of several equal parts of a list of images, each for a machine of its own.

import { usageError } from '../../core/errors.js';

/** Variables by name. */
type Environment = Readonly<Record<string, string | undefined>>;

export interface Shard {
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

const slurm = ['ID', 'MIN', 'MAX', 'STEP', 'COUNT'].map((name) => `SLURM_ARRAY_TASK_${name}`);
const kubernetes = 'JOB_COMPLETION_INDEX';

/**
 * The shard of `I/N`, with I from 1 to N; or of `auto` in a Slurm job array, and of `auto/N` in a Kubernetes indexed
 * job of N completions. Throws a usage error that names the variables that are missing or contradict each other.
 */
export function shardOf(text: string, environment: Environment = process.env): Shard {
  const [, place, total] = /^(auto|[1-9]\d{0,8})(?:\/([1-9]\d{0,8}))?$/.exec(text) ?? [];
  if (place === undefined || (place !== 'auto' && total === undefined)) {
    throw usageError(
      `Expected I/N, auto or auto/N for --shard but received '${text}'.`,
      'For example: --shard 2/8',
    );
  }
  if (place !== 'auto') return within({ index: Number(place) - 1, count: Number(total) }, `--shard ${text}`);
  const inSlurm = environment[slurm[0]!] !== undefined;
  const inKubernetes = environment[kubernetes] !== undefined;
  if (inSlurm === inKubernetes) {
    throw usageError(
      `--shard auto found ${inSlurm ? 'both' : 'neither'} ${slurm[0]} ${inSlurm ? 'and' : 'nor'} ${kubernetes}.`,
      'Give the shard: --shard 2/8',
    );
  }
  if (inSlurm) return within(ofSlurm(environment, total), `the Slurm job array with --shard ${text}`);
  if (total === undefined) {
    throw usageError(
      `${kubernetes} does not say how many completions the job has.`,
      'Add their number: --shard auto/8',
    );
  }
  return within({ index: numberIn(environment, kubernetes), count: Number(total) }, `--shard ${text}`);
}

/** The images of a shard, in their order: the shards one after the other are the whole list. */
export function inShard<T>(items: readonly T[], { index, count }: Shard): T[] {
  const start = (shard: number) => Math.floor((items.length * shard) / count);
  return items.slice(start(index), start(index + 1));
}

function ofSlurm(environment: Environment, total: string | undefined): Shard {
  const [id, min, max, step, tasks] = slurm.map((name) => numberIn(environment, name)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  if ((max - min) / step + 1 !== tasks) {
    throw usageError(
      `The Slurm job array has ${tasks} tasks from ${min} to ${max}, which are not evenly spaced.`,
      'Give the shard: --shard 2/8',
    );
  }
  return { index: (id - min) / step, count: total === undefined ? tasks : Number(total) };
}

function numberIn(environment: Environment, name: string): number {
  const value = environment[name] ?? '';
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw usageError(`Expected a number in ${name} but found '${value}'.`, 'Give the shard: --shard 2/8');
}

function within(shard: Shard, source: string): Shard {
  if (shard.index >= 0 && shard.index < shard.count) return shard;
  throw usageError(`${source} is shard ${shard.index + 1} of ${shard.count}, which does not exist.`);
}
