// What launchers tell a process about its place among the ranks: environment variables, one reader for each launcher.

import { isObject } from '../core/json.js';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The place of a process in its group. */
export interface Place {
  readonly rank: number;
  readonly worldSize: number;
  /** Ranks on this machine, where the launcher says it. */
  readonly localSize?: number | undefined;
  /** How often the launcher has restarted the group. */
  readonly restarts?: number | undefined;
  /** Where rank 0 waits for the others; undefined where the launcher gives no address. */
  readonly address?: Address | undefined;
}

/** Variables, read strictly: `count` and `text` throw a LauncherProblem where one is missing or wrong. */
export interface Variables {
  count(name: string): number;
  text(name: string): string;
  optionalCount(name: string): number | undefined;
  has(name: string): boolean;
}

export class LauncherProblem extends Error {}

export interface Launcher {
  readonly name: string;
  /** Any of these shows that the launcher has started the process. */
  readonly marks: readonly string[];
  /** Launchers that it can start in turn; theirs is the place then. */
  readonly starts?: readonly string[];
  read(variables: Variables): Place;
}

/** Rank 0 has the port of torchrun's own store, which torchrun itself listens on. */
const besideStore = 1;

export const launchers: readonly Launcher[] = [
  {
    name: 'torchrun',
    marks: ['RANK', 'WORLD_SIZE'],
    read: (from) => ({
      rank: from.count('RANK'),
      worldSize: from.count('WORLD_SIZE'),
      localSize: from.optionalCount('LOCAL_WORLD_SIZE'),
      restarts: from.optionalCount('TORCHELASTIC_RESTART_COUNT'),
      address: master(from, from.has('TORCHELASTIC_USE_AGENT_STORE') ? besideStore : 0),
    }),
  },
  {
    name: 'Open MPI',
    marks: ['OMPI_COMM_WORLD_RANK', 'OMPI_COMM_WORLD_SIZE'],
    read: (from) => ({
      rank: from.count('OMPI_COMM_WORLD_RANK'),
      worldSize: from.count('OMPI_COMM_WORLD_SIZE'),
      localSize: from.optionalCount('OMPI_COMM_WORLD_LOCAL_SIZE'),
      address: master(from),
    }),
  },
  {
    name: 'PMI',
    marks: ['PMI_RANK', 'PMI_SIZE'],
    read: (from) => ({
      rank: from.count('PMI_RANK'),
      worldSize: from.count('PMI_SIZE'),
      localSize: from.optionalCount('MPI_LOCALNRANKS'),
      address: master(from),
    }),
  },
  {
    name: 'TF_CONFIG',
    marks: ['TF_CONFIG'],
    read: (from) => fromTfConfig(from.text('TF_CONFIG')),
  },
  {
    name: 'Kubeflow Trainer',
    marks: ['PET_NNODES', 'PET_NODE_RANK'],
    starts: ['torchrun'],
    read(from) {
      const perNode = from.has('PET_NPROC_PER_NODE') ? from.text('PET_NPROC_PER_NODE') : '1';
      if (perNode !== '1') {
        throw new LauncherProblem(
          `PET_NPROC_PER_NODE is ${perNode}: without torchrun there is 1 process a node`,
        );
      }
      return {
        rank: from.count('PET_NODE_RANK'),
        worldSize: from.count('PET_NNODES'),
        localSize: 1,
        address: { host: from.text('PET_MASTER_ADDR'), port: from.count('PET_MASTER_PORT') },
      };
    },
  },
  {
    name: 'Slurm',
    marks: ['SLURM_STEP_NODELIST'], // only srun sets it: a batch script alone is one process
    starts: ['torchrun', 'Open MPI', 'PMI'],
    read: (from) => ({
      rank: from.count('SLURM_PROCID'),
      worldSize: from.count(from.has('SLURM_STEP_NUM_TASKS') ? 'SLURM_STEP_NUM_TASKS' : 'SLURM_NTASKS'),
      localSize: localTasks(from),
      restarts: from.optionalCount('SLURM_RESTART_COUNT'),
      address: master(from) ?? {
        host: firstHost(from.text('SLURM_STEP_NODELIST')),
        port: portOfJob(from.count('SLURM_JOB_ID'), from.optionalCount('SLURM_STEP_ID') ?? 0),
      },
    }),
  },
];

function master(from: Variables, above = 0): Address | undefined {
  if (!from.has('MASTER_ADDR') && !from.has('MASTER_PORT')) return undefined;
  return { host: from.text('MASTER_ADDR'), port: from.count('MASTER_PORT') + above };
}

/** A port below those that Linux gives to outgoing connections, the same for all ranks of a job's step. */
const portOfJob = (job: number, step: number): number => 15_000 + ((job * 16 + step) % 15_000);

/** The first host of Slurm's list: `n1` of `n[1,5-9],m2`. Rank 0 runs there unless --distribution is given. */
export function firstHost(list: string): string {
  const first = /^(?:[^,[\]]|\[[^\]]*\])+/.exec(list)?.[0];
  if (first === undefined) throw new LauncherProblem(`SLURM_STEP_NODELIST is '${list}': no list of hosts`);
  return first.replace(/\[([^\],-]*)[^\]]*\]/g, '$1');
}

/** This node's number of `2(x3),1`: 2 on each of three nodes, then 1. */
function localTasks(from: Variables): number | undefined {
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

/** TFJob and Vertex AI list every address. A chief, where there is one, is rank 0. */
function fromTfConfig(text: string): Place {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new LauncherProblem('TF_CONFIG is not JSON');
  }
  const { cluster, task } = isObject(value) ? value : {};
  if (!isObject(cluster) || !isObject(task))
    throw new LauncherProblem("TF_CONFIG has no 'cluster' and 'task'");
  const tasks = ['chief', 'master', 'worker'].flatMap((type) => {
    const hosts = cluster[type] ?? [];
    return Array.isArray(hosts) ? hosts.map((host, index) => ({ type, index, host: String(host) })) : [];
  });
  const rank = tasks.findIndex(({ type, index }) => type === task.type && index === Number(task.index));
  if (rank < 0) {
    throw new LauncherProblem(
      `TF_CONFIG says that this is '${String(task.type)}' ${String(task.index)}, which is not in its cluster of chief and workers`,
    );
  }
  const [, host, port] = /^\[?(.+?)\]?:(\d+)$/.exec(tasks[0]!.host) ?? [];
  if (host === undefined) throw new LauncherProblem(`TF_CONFIG has '${tasks[0]!.host}', not HOST:PORT`);
  return { rank, worldSize: tasks.length, address: { host, port: Number(port) } };
}
