// The speed of 1 to 4 ranks on this machine: images a second, and the time and traffic of collectives; with a Python that
// has torch, PyTorch's DistributedDataParallel beside it.

import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { copyImages, here, outputOfRanks } from './ranks.mjs';

const cores = availableParallelism();

export async function measureRanks({ data, ranks, steps, batch, python }, folder) {
  const task = { batch: Number(batch), steps: Number(steps), python, out: join(folder, 'run') };
  task.data = copyImages(data, join(folder, 'images'), task.steps * task.batch);
  const rows = [];
  for (const count of ranks.split(',').map(Number)) {
    const row = await measure(count, task);
    rows.push(row);
    console.error(JSON.stringify(row));
  }
  print(rows, task.batch);
}

async function measure(ranks, { data, out, batch, steps, python }) {
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
    return JSON.parse(await outputOfRanks(ranks, [process.execPath, here('rank.mjs'), JSON.stringify(all)]));
  };
  const all = (await run('all')).steps.slice(0, -1); // the last batch is smaller
  const { features } = await run('classifier');
  const seconds = features.reduce((sum, { time }) => sum + time, 0) / 1000;
  const ddpWords = [python, here('ddp.py'), batch, Math.min(steps, 5), threads].map(String);
  const ddp = python && batch % ranks === 0 ? Number(await outputOfRanks(ranks, ddpWords)) : undefined;
  return {
    ...{ ranks, threads, step: median(all.map(({ time }) => time)) },
    collectives: median(all.map(({ collectives }) => collectives)),
    megabytes: median(all.map(({ bytes }) => bytes)) / 1e6,
    frozen: features.reduce((sum, { images }) => sum + images, 0) / seconds,
    ddp,
  };
}

function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function print(rows, batch) {
  const first = rows[0];
  console.log(
    `${cores} cores of ${cpus()[0]?.model}, batch size ${batch}, Adam; ${new Date().toISOString().slice(0, 10)}\n`,
  );
  console.log(
    '| ranks | threads a rank | all layers: images/s | efficiency | a step in collectives | traffic a step | frozen pass: images/s | efficiency | PyTorch DDP: images/s |',
  );
  console.log('|--:|--:|--:|--:|--:|--:|--:|--:|--:|');
  for (const { ranks, threads, step, collectives, megabytes, frozen, ddp } of rows) {
    const cells = [
      ...[ranks, threads, ((1000 * batch) / step).toFixed(1), (first.step / step).toFixed(2)],
      ...[`${collectives.toFixed(0)} of ${step.toFixed(0)} ms`, `${megabytes.toFixed(1)} MB`],
      ...[frozen.toFixed(0), (frozen / first.frozen).toFixed(2)],
      ddp === undefined ? '' : ((1000 * batch) / ddp).toFixed(1),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}
