// Trains under a Slurm of its own on this machine: srun, a requeued job, a job whose rank is killed, and a job array.

import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, here } from './ranks.mjs';
import { inTheMiddle, killRank, requirePrograms, until } from './smallTraining.mjs';

/** Adds the rows of Slurm to `table`. */
export async function tryUnderSlurm({ images, imageCount, words, isWhole }, table, folder) {
  requirePrograms(['munged', 'slurmctld', 'slurmd', 'srun', 'sbatch'], 'slurm-wlm munge');
  await startSlurm(folder);
  const out = join(folder, 'srun');
  slurm('srun', '-n', '2', 'alexft', ...words(out), '--quiet');
  table.row('Slurm', '`srun -n 2`: the bits of two ranks', isWhole(out));

  for (const [name, disturb] of [
    ['scontrol requeue', (job) => slurm('scontrol', 'requeue', job)],
    ['SIGKILL to rank 1', (_, run) => killRank('SLURM_PROCID=1', run)],
  ]) {
    const run = join(folder, name.replaceAll(' ', '-'));
    const job = submit(
      folder,
      jobScript(folder, images, words(run)),
      '--ntasks-per-node=2',
      '--cpus-per-task=1',
    );
    await inTheMiddle(run);
    disturb(job, run);
    await until(() => /^(COMPLETED|FAILED|CANCELLED)/.test(stateOf(job).JobState));
    const { JobState, Restarts } = stateOf(job);
    const what = `\`sbatch\`, ${name}: ${JobState} after ${Restarts} restart, the bits of a run without it`;
    table.row('Slurm', what, JobState === 'COMPLETED' && Restarts === '1' && isWhole(run));
  }

  const script = join(folder, 'array.sh');
  const part = (name) => join(folder, `part-${name}.json`);
  writeFileSync(
    script,
    `#!/bin/bash\nalexft check --data ${images} --shard auto --json --quiet >${part('$SLURM_ARRAY_TASK_ID')}\n`,
  );
  const array = submit(folder, script, '--array=1-2');
  await until(() => slurm('squeue', '-h', '-j', array) === '');
  const [first, second] = [1, 2].map((name) => JSON.parse(readFileSync(part(name), 'utf8')));
  const isComplete = first.pictures + second.pictures === imageCount;
  table.row('Slurm', '`sbatch --array=1-2`, `check --shard auto`: all images', isComplete);
}

/** The script of docs/distributed.md, with the paths of this training. */
function jobScript(folder, images, [, , , ...options]) {
  const page = readFileSync(here('../../docs/distributed.md'), 'utf8');
  const [script] = /(?<=```bash\n)#!\/bin\/bash\n#SBATCH[^`]*/.exec(page);
  const path = join(folder, 'job.sh');
  writeFileSync(
    path,
    script.replace('/shared/photos', images).replace('--out /shared/models/photos', options.join(' ')),
  );
  return path;
}

/** Gives the number of the job. */
const submit = (folder, script, ...options) =>
  slurm('sbatch', '--parsable', '--nodes=1', `--output=${join(folder, 'slurm-%j.out')}`, ...options, script);

const stateOf = (job) =>
  Object.fromEntries(
    slurm('scontrol', 'show', 'job', job)
      .split(/\s+/)
      .map((field) => field.split('=')),
  );

const slurm = (program, ...words) =>
  execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();

/** munged, slurmctld and slurmd, which end with this process. */
async function startSlurm(folder) {
  const path = (name) => join(folder, name);
  for (const name of ['state', 'spool']) mkdirSync(path(name));
  writeFileSync(path('munge.key'), randomBytes(1024), { mode: 0o400 });
  const config = {
    ClusterName: 'alexft',
    SlurmctldHost: 'localhost(127.0.0.1)',
    SlurmctldPort: await freePort(),
    SlurmdPort: await freePort(),
    SlurmUser: 'root',
    AuthType: 'auth/munge',
    AuthInfo: `socket=${path('munge.socket')},cred_expire=5`, // a requeued job waits for so long
    ProctrackType: 'proctrack/linuxproc',
    TaskPlugin: 'task/none',
    MpiDefault: 'none',
    SelectType: 'select/cons_tres',
    SelectTypeParameters: 'CR_CPU',
    StateSaveLocation: path('state'),
    SlurmdSpoolDir: path('spool'),
    SlurmctldPidFile: path('slurmctld.pid'),
    SlurmdPidFile: path('slurmd.pid'),
    SlurmdParameters: 'config_overrides', // CPUs
    NodeName: 'localhost NodeAddr=127.0.0.1 CPUs=4 RealMemory=4000',
    PartitionName: 'all Nodes=ALL Default=YES State=UP',
  };
  const lines = Object.entries(config).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(path('slurm.conf'), lines.join(''));
  process.env.SLURM_CONF = path('slurm.conf');
  const files = {
    'key-file': 'key',
    socket: 'socket',
    'pid-file': 'pid',
    'seed-file': 'seed',
    'log-file': 'log',
  };
  const places = Object.entries(files).map(([flag, name]) => `--${flag}=${path(`munge.${name}`)}`);
  daemon('munged', '--foreground', '--force', ...places);
  await until(() => existsSync(path('munge.socket')));
  daemon('slurmctld', '-D');
  daemon('slurmd', '-D', '-N', 'localhost');
  await until(() => {
    try {
      return /idle/.test(execFileSync('sinfo', ['-h'], { stdio: ['ignore', 'pipe', 'ignore'] }));
    } catch {
      return false; // slurmctld has not begun
    }
  });
}

function daemon(program, ...words) {
  const child = spawn(program, words, { stdio: 'ignore' });
  child.unref();
  process.once('exit', () => child.kill());
}
