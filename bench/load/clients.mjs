// Rates: of the predictor on its own, and of a server with clients.

import autocannon from 'autocannon';
import { openPredictor } from '../../dist/inference/predictor.js';
import { engineOptions } from '../../dist/options/engineOptions.js';
import { withDefaults } from '../../dist/options/option.js';

/** Of the predictor that `alexft predict` uses, with its batch size, photos in memory. */
export async function predictRate({ model, device, photos, seconds }) {
  const request = {
    ...withDefaults(engineOptions, { device, noSetup: true }),
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

/** Sends photos, and waits for every answer: a rate over a fixed time would lose the last batch. */
export async function load(server, photos, { connections, amount }) {
  const requests = photos.map((body) => ({
    method: 'POST',
    path: '/predict',
    headers: { 'content-type': 'application/octet-stream' },
    body,
  }));
  const [before, begin] = [server.seconds(), performance.now()];
  const result = await autocannon({
    ...{ url: server.url, connections, requests, timeout: 60 },
    amount: Math.max(1, Math.round(amount / connections)) * connections,
  });
  const seconds = (performance.now() - begin) / 1000;
  const { latency, errors, '2xx': images } = result;
  const { p50, p99, max } = latency;
  const cost = (1000 * (server.seconds() - before)) / images;
  return { rate: images / seconds, cost, p50, p99, max, errors, failed: result.non2xx };
}
