// npm run load: how many images per second `alexft serve` answers, beside `predict` on the same photos.
//
//   npm run load -- --data DIR [--model PATH] [--connections 32] [--seconds 30] [--device cpu]
//                   [--hostile N]      N clients that send bombs, truncated files, other types, and slowly
//                   [--soak MINUTES]   memory of the server and its engine, every 1,000 images
//
// Without --model, a fresh AlexNet of two classes. Linux only (memory from /proc).

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import sharp from 'sharp';
import { scanImageFolder } from '../dist/data/dataset/scan.js';
import { imageNetPreprocessing } from '../dist/data/transforms/preprocessing.js';
import { openPredictor } from '../dist/inference/predictor.js';
import { alexNet, alexNetWidths, dropoutShare } from '../dist/model/alexnet.js';
import { initialState } from '../dist/model/initialState.js';
import { engineOptions } from '../dist/options/engineOptions.js';
import { withDefaults } from '../dist/options/option.js';
import { MersenneTwister } from '../dist/random/generator.js';
import { writeModel } from '../dist/weights/modelFile.js';

const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    model: { type: 'string' },
    device: { type: 'string', default: 'cpu' },
    connections: { type: 'string', default: '32' },
    seconds: { type: 'string', default: '30' },
    hostile: { type: 'string', default: '0' },
    soak: { type: 'string' },
  },
});
const executable = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
/** Different photos: a second of work or more. */
const mostPhotos = 512;

const folder = mkdtempSync(join(tmpdir(), 'alexft-load-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const model = options.model ?? (await freshModel(join(folder, 'model.safetensors')));
const { samples, root } = await scanImageFolder(options.data);
const every = Math.max(1, Math.floor(samples.length / mostPhotos));
const paths = samples.filter((_, i) => i % every === 0).map(({ path }) => join(root, path));
const photos = await Promise.all(paths.slice(0, mostPhotos).map((path) => readFile(path)));

if (options.soak) await soak(Number(options.soak));
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

/** In turns, as other programs of the machine disturb both. */
async function compare() {
  const seconds = Number(options.seconds);
  const server = await startServer();
  await load(server.url, 100); // warms up
  const direct = await predictRate(seconds);
  const before = processorSeconds(server);
  const batchesBefore = await batches(server.url);
  const { url } = server;
  const stopHostile = startHostile(url, Number(options.hostile));
  const served = await load(url, direct.rate * seconds);
  stopHostile();
  const share = (served.rate / direct.rate).toFixed(2);
  const cost = (1000 * (processorSeconds(server) - before)) / served.images;
  console.log(
    `predict: ${direct.rate.toFixed(1)} images/s, ${direct.cost.toFixed(1)} ms of a core per image`,
  );
  console.log(`serve:   ${served.rate.toFixed(1)} images/s, ${cost.toFixed(1)} ms of a core per image`);
  const perBatch = served.images / ((await batches(server.url)) - batchesBefore);
  console.log(`         ${perBatch.toFixed(1)} images per batch`);
  console.log(`         ${share} of predict's rate; ${options.connections} connections`);
  console.log(`latency: p50 ${served.p50} ms, p99 ${served.p99} ms, largest ${served.max} ms`);
  console.log(`answers: ${JSON.stringify(served.statuses)}`);
  console.log(`memory:  ${memoryLine(server)}`);
  await server.stop();
}

/** As a process of its own, beside the clients. */
async function startServer() {
  const words = ['serve', model, '--port', '0', '--device', options.device, '--no-setup', '--json'];
  const child = spawn(process.execPath, [executable, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  process.once('exit', () => child.kill());
  const [line] = await once(child.stdout, 'data');
  const stop = async () => {
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    console.log(`stopped with exit code ${code}`);
  };
  return { ...JSON.parse(line), pid: child.pid, stop };
}

/** Images per second of the predictor that `alexft predict` uses, with its batch size, photos in memory. */
async function predictRate(seconds) {
  const request = {
    ...withDefaults(engineOptions, { device: options.device, noSetup: true }),
    batchSize: 64,
  };
  const context = { onMessage: () => {}, onProgress: () => {}, hideNativeLog: true };
  const predictor = await openPredictor({ ...request, model }, undefined, context);
  const pass = async () => {
    for await (const _ of predictor.predict(photos));
  };
  await pass();
  const begin = performance.now();
  const cpu = process.cpuUsage();
  let images = 0;
  while (performance.now() - begin < seconds * 1000) {
    await pass();
    images += photos.length;
  }
  const rate = (images / (performance.now() - begin)) * 1000;
  const { user, system } = process.cpuUsage(cpu);
  await predictor[Symbol.asyncDispose]();
  return { rate, cost: (user + system) / 1000 / images };
}

/** Sends `count` images, and waits for every answer: a rate over a fixed time would lose the last batch. */
async function load(url, count) {
  const requests = photos.map((body) => ({
    method: 'POST',
    path: '/predict',
    headers: { 'content-type': 'application/octet-stream' },
    body,
  }));
  const connections = Number(options.connections);
  const amount = Math.max(1, Math.round(count / connections)) * connections;
  const begin = performance.now();
  const {
    latency,
    statusCodeStats,
    '2xx': good,
  } = await autocannon({
    ...{ url, connections, amount, requests },
    timeout: 60,
  });
  const seconds = (performance.now() - begin) / 1000;
  const statuses = Object.fromEntries(
    Object.entries(statusCodeStats).map(([code, { count }]) => [code, count]),
  );
  return {
    rate: good / seconds,
    images: good,
    p50: latency.p50,
    p99: latency.p99,
    max: latency.max,
    statuses,
  };
}

/** Clients that send what a server must survive, until the returned function is called. */
function startHostile(url, count) {
  let stopped = false;
  const bomb = sharp({ create: { width: 7000, height: 7000, channels: 3, background: '#fff' } })
    .png()
    .toBuffer();
  const post = (body, type = 'image/png') =>
    fetch(`${url}/predict`, { method: 'POST', headers: { 'content-type': type }, body }).then((response) =>
      response.text(),
    );
  const kinds = [
    async () => post(await bomb),
    () => post(photos[0].subarray(0, photos[0].length / 2)),
    () => post('<svg xmlns="http://www.w3.org/2000/svg"/>', 'image/svg+xml'),
    () => post(new Uint8Array(25e6)),
    () => post('x', 'text/plain'),
    () =>
      new Promise((resolve) => {
        const socket = connect(Number(new URL(url).port), '127.0.0.1');
        socket.write('POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n\r\n');
        const drops = setInterval(() => socket.write('x'), 500);
        socket.on('error', () => {}).on('close', () => resolve(clearInterval(drops)));
        socket.resume();
      }),
  ];
  for (let i = 0; i < count; i++) {
    void (async () => {
      while (!stopped) {
        await kinds[i % kinds.length]().catch(() => {});
        await sleep(50);
      }
    })();
  }
  return () => {
    stopped = true;
  };
}

async function soak(minutes) {
  const server = await startServer();
  const stopHostile = startHostile(server.url, Number(options.hostile));
  const end = performance.now() + minutes * 60_000;
  while (performance.now() < end) {
    const { rate, p99 } = await load(server.url, 1000);
    console.log(`${memoryLine(server)}; ${rate.toFixed(1)} images/s, p99 ${p99} ms`);
  }
  stopHostile();
  await server.stop();
}

async function batches(url) {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^alexft_batches_total (\d+)$/m.exec(metrics)[1]);
}

/** The server, and its engine, a child process. */
function processesOf({ pid }) {
  return [pid, readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')[0]];
}

function memoryLine(server) {
  const [own, engine] = processesOf(server).map((pid) => {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return (kilobytes / 1000).toFixed(0);
  });
  return `server ${own} MB, engine ${engine} MB`;
}

/** Of both processes, in all threads. */
function processorSeconds(server) {
  const seconds = processesOf(server).map((pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100; // ticks
  });
  return seconds[0] + seconds[1];
}
