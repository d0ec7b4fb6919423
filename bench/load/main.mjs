// npm run load: how many images per second `alexft serve` answers, beside `predict` on the same photos.
//
//   npm run load -- --data DIR [--model PATH] [--connections 32] [--seconds 10] [--rounds 3] [--device cpu]
//                   [--python PYTHON]   also a server of FastAPI and PyTorch, with and without batches
//                   [--hostile N]       instead: N hostile bodies, beside photos
//                   [--minutes M]       instead: memory of the server and its engine, every 1,000 images
//
// Without --model, a fresh AlexNet of two classes. Linux only.

import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { convertWeights } from '../../dist/commands/models/weightsConvert.js';
import { scanImageFolder } from '../../dist/data/dataset/scan.js';
import { imageNetPreprocessing } from '../../dist/data/transforms/preprocessing.js';
import { alexNet, alexNetWidths, dropoutShare } from '../../dist/model/alexnet.js';
import { initialState } from '../../dist/model/initialState.js';
import { MersenneTwister } from '../../dist/random/generator.js';
import { writeModel } from '../../dist/weights/modelFile.js';
import { load, predictRate } from './clients.mjs';
import { hostileKinds, sendHostile } from './hostile.mjs';
import { startFastApi, startServe } from './servers.mjs';

const text = { type: 'string' };
const { values: options } = parseArgs({
  options: {
    ...{ data: text, model: text, python: text, hostile: text, minutes: text },
    device: { ...text, default: 'cpu' },
    connections: { ...text, default: '32' },
    seconds: { ...text, default: '10' },
    rounds: { ...text, default: '3' },
  },
});
/** Different photos: a second of work or more. */
const mostPhotos = 512;
/** Clients that send photos beside hostile ones, and these. */
const [fewClients, hostileClients] = [4, 48];

const folder = mkdtempSync(join(tmpdir(), 'alexft-load-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const model = options.model ?? (await freshModel(join(folder, 'model.safetensors')));
const { samples, root } = await scanImageFolder(options.data);
const every = Math.max(1, Math.floor(samples.length / mostPhotos));
const paths = samples.filter((_, i) => i % every === 0).map(({ path }) => join(root, path));
const photos = await Promise.all(paths.slice(0, mostPhotos).map((path) => readFile(path)));

if (options.hostile) await survive(Number(options.hostile));
else if (options.minutes) await soak(Number(options.minutes));
else await compare();
process.exit();

async function freshModel(file) {
  const tensors = initialState(alexNet({ classes: 2 }), new MersenneTwister(0));
  await writeModel(file, tensors, {
    architecture: { name: 'alexnet', widths: alexNetWidths, dropout: dropoutShare },
    classes: ['a', 'b'],
    preprocessing: imageNetPreprocessing,
    training: {},
  });
  return file;
}

/** In turns, as other programs of the machine disturb each. */
async function compare() {
  const servers = { 'alexft serve': await startServe(model, options.device) };
  if (options.python) {
    const weights = join(folder, 'model.pth');
    await convertWeights(model, weights);
    for (const maxBatch of [1, 32]) {
      servers[`FastAPI, batches of ${maxBatch}`] = await startFastApi(options.python, weights, maxBatch);
    }
  }
  const connections = Number(options.connections);
  for (const server of Object.values(servers)) await load(server, photos, { connections, amount: 100 }); // warms up
  const rounds = [];
  for (let round = 0; round < Number(options.rounds); round++) {
    const seconds = Number(options.seconds);
    rounds.push({
      name: 'predict',
      ...(await predictRate({ model, device: options.device, photos, seconds })),
    });
    const [{ rate }] = rounds;
    for (const [name, server] of Object.entries(servers)) {
      rounds.push({ name, ...(await load(server, photos, { connections, amount: rate * seconds })) });
    }
  }
  const direct = median(rounds, 'predict', 'rate');
  for (const name of ['predict', ...Object.keys(servers)]) {
    const figure = (key) => median(rounds, name, key)?.toFixed(key === 'rate' || key === 'cost' ? 1 : 0);
    const share = (median(rounds, name, 'rate') / direct).toFixed(2);
    const latency = name === 'predict' ? '' : `, p50 ${figure('p50')} ms, p99 ${figure('p99')} ms`;
    const memory = name === 'predict' ? '' : `, memory ${servers[name].memory().join(' + ')} MB`;
    console.log(
      `${name}: ${figure('rate')} images/s (${share} of predict), ${figure('cost')} ms of a core per image${latency}${memory}`,
    );
  }
  for (const server of Object.values(servers)) await server.stop();
}

function median(rounds, name, key) {
  const values = rounds.filter((round) => round.name === name).map((round) => round[key]);
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** Photos alone, then beside `count` hostile bodies, then alone. */
async function survive(count) {
  const server = await startServe(model, options.device, ['--timeout', '5']);
  const line = ({ rate, p50, p99, max, errors, failed }) =>
    `${rate.toFixed(1)} images/s, p50 ${p50} ms, p99 ${p99} ms, largest ${max} ms, ` +
    `${errors} errors, ${failed} other answers; memory ${server.memory().join(' + ')} MB`;
  const few = { connections: fewClients, amount: 500 };
  await load(server, photos, { ...few, amount: 100 }); // warms up
  console.log(`photos alone:   ${line(await load(server, photos, few))}`);
  const kinds = await hostileKinds(server.url, photos[0]);
  const begin = performance.now();
  const sent = sendHostile(kinds, count, hostileClients);
  let answers;
  void sent.then((all) => {
    answers = all;
  });
  while (!answers) console.log(`photos beside:  ${line(await load(server, photos, few))}`);
  const seconds = (performance.now() - begin) / 1000;
  console.log(`photos after:   ${line(await load(server, photos, few))}`);
  console.log(`${count} hostile bodies in ${seconds.toFixed(0)} s, answers by status:`);
  for (const [name, statuses] of Object.entries(answers))
    console.log(`  ${name}: ${JSON.stringify(statuses)}`);
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  console.log(`engine restarts: ${/^alexft_engine_restarts_total (\d+)$/m.exec(metrics)[1]}`);
  console.log(`stopped with exit code ${await server.stop()}`);
}

async function soak(minutes) {
  const server = await startServe(model, options.device);
  const end = performance.now() + minutes * 60_000;
  while (performance.now() < end) {
    const { rate, p99 } = await load(server, photos, {
      connections: Number(options.connections),
      amount: 1000,
    });
    console.log(`memory ${server.memory().join(' + ')} MB; ${rate.toFixed(1)} images/s, p99 ${p99} ms`);
  }
  console.log(`stopped with exit code ${await server.stop()}`);
}
