import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { placeOf, restartsOf } from '../../../dist/distributed/launchers/place.js';
import { firstHost } from '../../../dist/distributed/launchers/slurm.js';
import { root } from '../../support.js';

const torchrun = {
  RANK: '1',
  WORLD_SIZE: '4',
  LOCAL_WORLD_SIZE: '2',
  MASTER_ADDR: 'a',
  MASTER_PORT: '29500',
};
const slurm = {
  ...{
    SLURM_PROCID: '3',
    SLURM_STEP_NUM_TASKS: '5',
    SLURM_STEP_NODELIST: 'n[07-08,11],m1',
    SLURM_JOB_ID: '1001',
  },
  ...{
    SLURM_STEP_ID: '0',
    SLURM_STEP_TASKS_PER_NODE: '2(x2),1',
    SLURM_NODEID: '2',
    SLURM_RESTART_COUNT: '1',
    SLURM_CPUS_PER_TASK: '8',
  },
};
const tfConfig = (type: string, index: number) => ({
  TF_CONFIG: JSON.stringify({
    cluster: { chief: ['c:2222'], worker: ['w0:2222', 'w1:2222'] },
    task: { type, index },
  }),
});

const summary = (env: Record<string, string>, given = {}) => {
  const place = placeOf(given, env);
  if (!place) return undefined;
  const { rank, worldSize, localSize, restarts, address, cores } = place;
  return [
    `${rank}/${worldSize}`,
    `${address.host}:${address.port}`,
    localSize,
    restarts,
    ...(cores ? [cores] : []),
  ];
};

for (const [name, env, expected] of [
  ['nothing', {}, undefined],
  ['torchrun', torchrun, ['1/4', 'a:29500', 2, undefined]],
  [
    "torchrun, whose own store has rank 0's port",
    { ...torchrun, TORCHELASTIC_USE_AGENT_STORE: 'True', TORCHELASTIC_RESTART_COUNT: '2' },
    ['1/4', 'a:29501', 2, 2],
  ],
  ['one process of torchrun', { ...torchrun, RANK: '0', WORLD_SIZE: '1' }, undefined],
  ['Slurm', slurm, ['3/5', 'n07:16016', 1, 1, 8]],
  [
    "Slurm's batch script without srun",
    { SLURM_PROCID: '0', SLURM_NTASKS: '4', SLURM_JOB_ID: '7' },
    undefined,
  ],
  ['torchrun inside Slurm', { ...slurm, ...torchrun }, ['1/4', 'a:29500', 2, undefined]],
  ['Slurm with --mpi=pmi2', { ...slurm, PMI_RANK: '3', PMI_SIZE: '5' }, ['3/5', 'n07:16016', 1, 1, 8]],
  [
    "mpirun with Slurm's variables of another process",
    { ...slurm, PMI_RANK: '0', PMI_SIZE: '2', MASTER_ADDR: 'a', MASTER_PORT: '5' },
    ['0/2', 'a:5', undefined, undefined],
  ],
  [
    'torchrun inside Slurm with --mpi=pmi2',
    { ...slurm, ...torchrun, PMI_RANK: '0', PMI_SIZE: '2' },
    ['1/4', 'a:29500', 2, undefined],
  ],
  ["Slurm's interactive step", { ...slurm, SLURM_STEP_ID: '4294967290' }, ['3/5', 'n07:18306', 1, 1, 8]],
  [
    'Open MPI',
    { OMPI_COMM_WORLD_RANK: '1', OMPI_COMM_WORLD_SIZE: '2', MASTER_ADDR: 'a', MASTER_PORT: '5' },
    ['1/2', 'a:5', undefined, undefined],
  ],
  [
    'PMI',
    { PMI_RANK: '0', PMI_SIZE: '2', MASTER_ADDR: 'a', MASTER_PORT: '5' },
    ['0/2', 'a:5', undefined, undefined],
  ],
  ['TF_CONFIG, the chief', tfConfig('chief', 0), ['0/3', 'c:2222', undefined, undefined]],
  ['TF_CONFIG, a worker', tfConfig('worker', 1), ['2/3', 'c:2222', undefined, undefined]],
  [
    'Kubeflow Trainer',
    {
      PET_NNODES: '2',
      PET_NODE_RANK: '1',
      PET_NPROC_PER_NODE: '1',
      PET_MASTER_ADDR: 'a',
      PET_MASTER_PORT: '5',
    },
    ['1/2', 'a:5', 1, undefined],
  ],
] as const) {
  test(`variables of ${name}`, () => assert.deepEqual(summary(env), expected));
}

test('the manifest for Kubernetes gives each pod its place', async () => {
  const page = await readFile(join(root, 'docs', 'distributed.md'), 'utf8');
  const [manifest = ''] = /(?<=```yaml\n)[^`]*/.exec(page) ?? [];
  const env = [...manifest.matchAll(/\{ name: ([A-Z_]+), value: "?([^" }]+)"? \}/g)].map(
    ([, ...pair]) => pair,
  );
  assert.match(manifest, /- name: RANK\n.*job-completion-index/);
  assert.deepEqual(summary({ ...Object.fromEntries(env), RANK: '3' }), [
    '3/4',
    'alexft-0.alexft:29500',
    undefined,
    1,
  ]);
});

test('a restarted group of one process is known, too', () => {
  const alone = { ...torchrun, RANK: '0', WORLD_SIZE: '1', TORCHELASTIC_RESTART_COUNT: '2' };
  assert.equal(restartsOf({}, alone), 2);
  assert.equal(restartsOf({}, torchrun), 0);
  assert.equal(restartsOf({ rank: 0, worldSize: 1 }, alone), 0);
});

test('options come before variables', () => {
  const given = { rank: 0, worldSize: 2, rendezvous: '[::1]:7000' };
  assert.deepEqual(summary(torchrun, given)?.slice(0, 2), ['0/2', '::1:7000']);
  assert.deepEqual(summary(torchrun, { rendezvous: 'b:1' })?.slice(0, 2), ['1/4', 'b:1']);
});

for (const [name, env, given, message] of [
  ['half of torchrun', { RANK: '0' }, {}, /torchrun \(RANK\), but WORLD_SIZE is not set/],
  ['no number', { RANK: 'x', WORLD_SIZE: '2' }, {}, /RANK is 'x', not a number/],
  ['a world of 0', { RANK: '0', WORLD_SIZE: '0' }, {}, /rank 0 of 0/],
  ['a rank too many', { RANK: '2', WORLD_SIZE: '2' }, {}, /rank 2 of 2/],
  ['no address', { PMI_RANK: '0', PMI_SIZE: '2' }, {}, /PMI does not give the address/],
  ['half an address', { RANK: '0', WORLD_SIZE: '2', MASTER_ADDR: 'a' }, {}, /MASTER_PORT is not set/],
  [
    'two launchers',
    { ...tfConfig('chief', 0), PMI_RANK: '0', PMI_SIZE: '4' },
    {},
    /two places.*PMI_RANK.*TF_CONFIG/,
  ],
  ['TF_CONFIG of another task', tfConfig('ps', 0), {}, /'ps' 0, which is not in its cluster/],
  ['TF_CONFIG that is not JSON', { TF_CONFIG: '{' }, {}, /not JSON/],
  [
    'several processes a node',
    { PET_NNODES: '2', PET_NODE_RANK: '0', PET_NPROC_PER_NODE: '4' },
    {},
    /1 process a node/,
  ],
  ['a rank without a size', {}, { rank: 0 }, /--rank needs --world-size/],
  ['an address alone', {}, { rendezvous: 'a:1' }, /--rendezvous needs/],
  ['no address after --rendezvous', torchrun, { rendezvous: 'a' }, /HOST:PORT/],
] as const) {
  test(`${name} is a usage error`, () => {
    assert.throws(() => placeOf(given, env), { name: 'UserError', exitCode: 2, message });
  });
}

for (const [list, host] of [
  ['n1', 'n1'],
  ['n[1,5-9]', 'n1'],
  ['node-[003-010],x1', 'node-003'],
  ['a1,b2', 'a1'],
  ['rack[1-2]node[0-3].local', 'rack1node0.local'],
] as const) {
  test(`the first host of ${list}`, () => assert.equal(firstHost(list), host));
}
