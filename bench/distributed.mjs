// npm run distributed: trains with 1 to 4 ranks on this machine, and prints the table of docs/distributed.md: images a
// second, and the time and traffic of collectives. With --python PYTHON (with torch), PyTorch's DDP beside it.
//   npm run distributed -- --data ../shared/data/PetImages --ranks 1,2 --steps 6

import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: given } = parseArgs({
  options: {
    data: { type: 'string', default: fileURLToPath(new URL('../../shared/data/PetImages', import.meta.url)) },
    ranks: { type: 'string', default: '1,2,3,4' },
    steps: { type: 'string', default: '6' },
    batch: { type: 'string', default: '128' },
    python: { type: 'string' },
  },
});
const batch = Number(given.batch);
const steps = Number(given.steps);
const cores = availableParallelism();
const here = (name) => fileURLToPath(new URL(`distributed/${name}`, import.meta.url));

const work = mkdtempSync(join(tmpdir(), 'alexft-distributed-'));
try {
  copyImages();
  const rows = [];
  for (const ranks of given.ranks.split(',').map(Number)) {
    const row = await measure(ranks);
    rows.push(row);
    console.error(JSON.stringify(row));
  }
  print(rows);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** As many images as the steps take. */
function copyImages() {
  for (const name of readdirSync(given.data)) {
    mkdirSync(join(work, 'images', name), { recursive: true });
    const each = Math.ceil((steps * batch) / readdirSync(given.data).length);
    for (const file of readdirSync(join(given.data, name)).slice(0, each))
      cpSync(join(given.data, name, file), join(work, 'images', name, file));
  }
}

async function measure(ranks) {
  const threads = Math.max(1, Math.floor(cores / ranks));
  const options = { data: join(work, 'images'), out: join(work, 'run'), force: true, weights: 'none' };
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
    return JSON.parse(await inRanks(ranks, process.execPath, [here('rank.mjs'), JSON.stringify(all)]));
  };
  const all = (await run('all')).steps.slice(0, -1); // the last batch is smaller
  const { features } = await run('classifier');
  const seconds = features.reduce((sum, { time }) => sum + time, 0) / 1000;
  const ddp =
    given.python && batch % ranks === 0
      ? Number(
          await inRanks(
            ranks,
            given.python,
            [here('ddp.py'), batch, Math.min(steps, 5), threads].map(String),
          ),
        )
      : undefined;
  return {
    ...{ ranks, threads, step: median(all.map(({ time }) => time)) },
    collectives: median(all.map(({ collectives }) => collectives)),
    megabytes: median(all.map(({ bytes }) => bytes)) / 1e6,
    frozen: features.reduce((sum, { images }) => sum + images, 0) / seconds,
    ddp,
  };
}

/** The stdout of rank 0. */
async function inRanks(ranks, program, args) {
  const port = await freePort();
  const place = { WORLD_SIZE: ranks, LOCAL_WORLD_SIZE: ranks, MASTER_ADDR: '127.0.0.1', MASTER_PORT: port };
  const outputs = Array.from({ length: ranks }, async (_, RANK) => {
    const env = { ...process.env, ...(ranks > 1 && { ...place, RANK }) };
    const child = spawn(program, args, {
      env,
      stdio: ['ignore', 'pipe', process.env.VERBOSE ? 'inherit' : 'ignore'],
    });
    const [output, code] = await Promise.all([
      text(child.stdout),
      new Promise((resolve) => child.once('exit', resolve)),
    ]);
    if (code !== 0) throw new Error(`rank ${RANK} of ${ranks} of ${program} ended with ${code}`);
    return output;
  });
  return (await Promise.all(outputs))[0];
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function print(rows) {
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
