// The speed of 1 to 4 ranks on this machine, and of 2 on two: images a second, and the time and traffic of collectives;
// with a Python that has torch, PyTorch's DistributedDataParallel beside it.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { makeMachines } from './machines.mjs';
import { copyImages, here, outputOfRanks } from './ranks.mjs';

const cores = availableParallelism();
/** Gbit/s of the links between two machines. */
const links = [10, 1];

export async function measureRanks({ data, ranks, steps, batch, python, namespaces }, folder) {
  const task = { batch: Number(batch), steps: Number(steps), python, out: join(folder, 'run') };
  task.data = copyImages(data, join(folder, 'images'), task.steps * task.batch);
  const rows = [];
  const add = async (count, machines) => {
    rows.push(await measure(count, task, machines));
    console.error(JSON.stringify(rows.at(-1)));
  };
  for (const count of ranks.split(',').map(Number)) await add(count);
  for (const gigabits of namespaces ? links : []) {
    const machines = makeMachines(gigabits);
    machines.link = await measureLink(machines);
    await add(2, machines);
    machines.remove();
  }
  print(rows, task.batch);
}

async function measureLink({ enter, address }) {
  const [program, ...words] = [...enter(0), process.execPath, here('linkProbe.mjs'), 'serve'];
  const server = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = String(await once(server.stdout, 'data')).trim();
  const [client, ...probe] = [...enter(1), process.execPath, here('linkProbe.mjs'), address, port];
  const link = JSON.parse(execFileSync(client, probe, { encoding: 'utf8' }));
  server.kill();
  return link;
}

async function measure(ranks, { data, out, batch, steps, python }, machines) {
  const threads = Math.max(1, Math.floor(cores / ranks));
  const options = { data, out, force: true, weights: 'none' };
  const limits = {
    epochs: 1,
    batchSize: batch,
    valSplit: 0,
    cacheLimit: '0',
    noReport: true,
    checkpointEvery: '1h',
  };
  const run = async (trainable) => {
    const all = { ...options, ...limits, trainable, device: 'cpu', threads };
    return JSON.parse(
      await outputOfRanks(ranks, [process.execPath, here('rank.mjs'), JSON.stringify(all)], { machines }),
    );
  };
  const { steps: allSteps, reductions } = await run('all');
  const all = allSteps.slice(0, -1); // the last batch is smaller
  const { features } = await run('classifier');
  const seconds = features.reduce((sum, { time }) => sum + time, 0) / 1000;
  const ddpWords = [python, here('ddp.py'), batch, Math.min(steps, 5), threads].map(String);
  const ddp =
    python && batch % ranks === 0 ? Number(await outputOfRanks(ranks, ddpWords, { machines })) : undefined;
  return {
    ...{ ranks, threads, batch, link: machines?.link, step: median(all.map(({ time }) => time)) },
    collectives: median(all.map(({ collectives }) => collectives)),
    megabytes: median(all.map(({ bytes }) => bytes)) / 1e6,
    frozen: features.reduce((sum, { images }) => sum + images, 0) / seconds,
    ...{ ddp, reductions },
  };
}

function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

const wordsOf = (link) =>
  link ? `${link.gigabits.toFixed(2)} Gbit/s, ${link.milliseconds.toFixed(2)} ms` : 'memory';

function print(rows, batch) {
  const first = rows[0];
  console.log(
    `${cores} cores of ${cpus()[0]?.model}, batch size ${batch}, Adam; ${new Date().toISOString().slice(0, 10)}\n`,
  );
  console.log(
    '| ranks | link | threads a rank | all layers: images/s | efficiency | a step in collectives | traffic a step | frozen pass: images/s | efficiency | PyTorch DDP: images/s |',
  );
  console.log('|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|');
  for (const { ranks, link, threads, step, collectives, megabytes, frozen, ddp } of rows) {
    const cells = [
      ...[ranks, wordsOf(link), threads, ((1000 * batch) / step).toFixed(1), (first.step / step).toFixed(2)],
      ...[`${collectives.toFixed(0)} of ${step.toFixed(0)} ms`, `${megabytes.toFixed(1)} MB`],
      ...[frozen.toFixed(0), (frozen / first.frozen).toFixed(2)],
      ddp === undefined ? '' : ((1000 * batch) / ddp).toFixed(1),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}
