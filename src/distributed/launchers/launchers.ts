// What launchers tell a process about its place among the ranks: environment variables, one reader for each launcher.

import { firstHost, localTasks, portOfJob } from './slurm.js';
import { fromTfConfig } from './tfConfig.js';
import { type Address, LauncherProblem, type Place, type Variables } from './variables.js';

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
      localRank: from.optionalCount('LOCAL_RANK'),
      restarts: from.optionalCount('TORCHELASTIC_RESTART_COUNT'),
      address: master(from, from.has('TORCHELASTIC_USE_AGENT_STORE') ? besideStore : 0),
    }),
  },
  {
    name: 'Open MPI',
    marks: ['OMPI_COMM_WORLD_RANK', 'OMPI_COMM_WORLD_SIZE'],
    starts: ['torchrun'],
    read: (from) => ({
      rank: from.count('OMPI_COMM_WORLD_RANK'),
      worldSize: from.count('OMPI_COMM_WORLD_SIZE'),
      localSize: from.optionalCount('OMPI_COMM_WORLD_LOCAL_SIZE'),
      localRank: from.optionalCount('OMPI_COMM_WORLD_LOCAL_RANK'),
      address: master(from),
    }),
  },
  {
    name: 'PMI',
    marks: ['PMI_RANK', 'PMI_SIZE'], // srun sets them, too, with --mpi=pmi2
    starts: ['torchrun'],
    read: (from) => ({
      rank: from.count('PMI_RANK'),
      worldSize: from.count('PMI_SIZE'),
      localSize: from.optionalCount('MPI_LOCALNRANKS'),
      localRank: from.optionalCount('MPI_LOCALRANKID'),
      address: master(from),
    }),
  },
  {
    name: 'TF_CONFIG',
    marks: ['TF_CONFIG'],
    read: (from) => ({
      ...fromTfConfig(from.text('TF_CONFIG')),
      restarts: from.optionalCount('TORCHELASTIC_RESTART_COUNT'),
    }),
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
        restarts: from.optionalCount('TORCHELASTIC_RESTART_COUNT'),
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
      localRank: from.optionalCount('SLURM_LOCALID'),
      cores: from.optionalCount('SLURM_CPUS_PER_TASK'),
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
