// One rank of bench/distributed/table.mjs: trains with the options in argv[2], and on rank 0 prints its times as JSON.

import * as tf from '@tensorflow/tfjs-core';
import { train } from '../../dist/commands/training/train.js';
import { openEngine } from '../../dist/engine/openEngine.js';

const options = JSON.parse(process.argv[2]);
const quiet = { onMessage: () => {}, onProgress: () => {}, hideNativeLog: true };
const steps = [];
const features = [];
let images = 0;
let last = performance.now();
let engine;
let costs = { milliseconds: 0, bytes: 0 };

for await (const event of train(options, quiet)) {
  const now = performance.now();
  if (event.event === 'step' || event.event === 'features') {
    // The engine that is open already, with the costs of its group.
    engine ??= await openEngine({ ...quiet, device: 'cpu', threads: undefined, setup: false });
    const total = engine.group?.costs ?? costs;
    const milliseconds = total.milliseconds - costs.milliseconds;
    const row = { time: now - last, collectives: milliseconds, bytes: total.bytes - costs.bytes };
    costs = { ...total };
    if (event.event === 'step') steps.push(row);
    else {
      features.push({ ...row, images: event.done - images });
      images = event.done;
    }
  }
  last = performance.now();
}
engine ??= await openEngine({ ...quiet, device: 'cpu', threads: undefined, setup: false });
const { group } = engine;
const reductions = group && { one: reduction(1, 30), million: reduction(1e6, 15) };
const isFirst = (process.env.RANK ?? '0') === '0';
if (isFirst) console.log(JSON.stringify({ steps: steps.slice(1), features: features.slice(1), reductions }));
process.exit(0);

/** The median time of an all-reduce of that number of values, in milliseconds. */
function reduction(size, times) {
  const own = tf.zeros([size]);
  const all = Array.from({ length: times }, () => {
    const start = performance.now();
    const sum = group.allReduce(own);
    sum.dataSync();
    sum.dispose();
    return performance.now() - start;
  });
  return all.sort((a, b) => a - b)[Math.floor(times / 2)];
}
