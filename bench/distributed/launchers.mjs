// Trains under real launchers: Slurm, Open MPI, and a TF_CONFIG as TFJob writes it.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from './ranks.mjs';
import { tryUnderSlurm } from './slurm.mjs';
import {
  inTheMiddle,
  killRank,
  provideAlexft,
  requirePrograms,
  smallTraining,
  startTable,
} from './smallTraining.mjs';

/** Prints a table, and returns whether all was right. */
export async function tryLaunchers(data, folder) {
  provideAlexft(folder);
  const training = await smallTraining(data, folder);
  const table = startTable();
  await tryOpenMpi(training, table, folder);
  await tryTfConfig(training, table, folder);
  await tryUnderSlurm(training, table, folder);
  return table.ok;
}

async function tryOpenMpi({ words, isWhole }, table, folder) {
  requirePrograms(['mpirun'], 'openmpi-bin');
  const mpirun = async (out, resume, environment = {}) => {
    const address = ['-x', 'MASTER_ADDR=127.0.0.1', '-x', `MASTER_PORT=${await freePort()}`];
    const options = ['-n', '2', '--bind-to', 'none', '--oversubscribe', '--allow-run-as-root', ...address];
    return start('mpirun', [...options, 'alexft', ...words(out, resume)], environment);
  };
  const out = join(folder, 'mpirun');
  const code = await (await mpirun(out)).ended;
  table.row('Open MPI', '`mpirun -n 2`: the bits of two ranks', code === 0 && isWhole(out));

  const killed = join(folder, 'mpirun-killed');
  const { ended } = await mpirun(killed);
  await inTheMiddle(killed);
  killRank('OMPI_COMM_WORLD_RANK=1', killed);
  const failed = await ended;
  const resumed = await (await mpirun(killed, true)).ended;
  const isRight = failed !== 0 && resumed === 0 && isWhole(killed);
  table.row('Open MPI', 'SIGKILL to rank 1, `--resume`: the bits of a run without it', isRight);
}

async function tryTfConfig({ words, isWhole }, table, folder) {
  const [chief, worker] = [await freePort(), await freePort()];
  const cluster = { chief: [`127.0.0.1:${chief}`], worker: [`localhost:${worker}`] };
  const job = (out) =>
    Object.keys(cluster).map((type) => {
      const TF_CONFIG = JSON.stringify({ cluster, task: { type, index: 0 }, environment: 'cloud' });
      return start('alexft', words(out), { TF_CONFIG, TORCHELASTIC_RESTART_COUNT: '1' });
    });
  const out = join(folder, 'tfjob');
  const ends = await Promise.all(job(out).map(({ ended }) => ended));
  table.row(
    'TF_CONFIG',
    'chief and worker: the bits of two ranks',
    ends.every((end) => end === 0) && isWhole(out),
  );

  const killed = join(folder, 'tfjob-killed');
  const [zero, one] = job(killed);
  await inTheMiddle(killed);
  one.child.kill('SIGKILL');
  const failed = await zero.ended;
  const restarted = await Promise.all(job(killed).map(({ ended }) => ended));
  const isRight = failed === 1 && restarted.every((end) => end === 0) && isWhole(killed);
  table.row('TF_CONFIG', 'SIGKILL to the worker, both restarted: the bits of a run without it', isRight);
}

function start(program, words, environment) {
  const child = spawn(program, words, { stdio: ['ignore', 2, 2], env: { ...process.env, ...environment } });
  process.once('exit', () => child.kill());
  return { child, ended: new Promise((resolve) => child.once('exit', (code) => resolve(code))) };
}
