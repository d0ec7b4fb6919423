// Slurm's variables.

import { LauncherProblem, type Variables } from './variables.js';

/** A port below those that Linux gives to outgoing connections, the same for all ranks of a job's step. */
export const portOfJob = (job: number, step: number): number => 15_000 + ((job * 16 + step) % 15_000);

/** The first host of Slurm's list: `n1` of `n[1,5-9],m2`. Rank 0 runs there unless --distribution is given. */
export function firstHost(list: string): string {
  const first = /^(?:[^,[\]]|\[[^\]]*\])+/.exec(list)?.[0];
  if (first === undefined) throw new LauncherProblem(`SLURM_STEP_NODELIST is '${list}': no list of hosts`);
  return first.replace(/\[([^\],-]*)[^\]]*\]/g, '$1');
}

/** This node's number of `2(x3),1`: 2 on each of three nodes, then 1. */
export function localTasks(from: Variables): number | undefined {
  if (!from.has('SLURM_STEP_TASKS_PER_NODE')) return undefined;
  const perNode = from
    .text('SLURM_STEP_TASKS_PER_NODE')
    .split(',')
    .flatMap((item) => {
      const [, tasks, nodes = '1'] = /^(\d+)(?:\(x(\d+)\))?$/.exec(item) ?? [];
      return tasks === undefined ? [] : Array<number>(Math.min(Number(nodes), 65_536)).fill(Number(tasks));
    });
  return perNode[from.optionalCount('SLURM_NODEID') ?? 0];
}
