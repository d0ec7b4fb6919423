// A rank of a small group, for group.test.ts: `groupRank.js RANK ADDRESSES [SIGNAL VICTIM]`: the rank VICTIM gets
// SIGNAL. Prints what the operations gave, or the error.

import * as tf from '@tensorflow/tfjs-core';
import { openEngine } from '../../dist/engine/openEngine.js';

const [rank, addresses] = [Number(process.argv[2]), process.argv[3]!.split(',')];
const [signal, victim] = process.argv.slice(4);

try {
  const engine = await openEngine({
    ...{
      device: 'cpu',
      threads: 1,
      setup: false,
      member: { rank, addresses, localSize: 2, localRank: rank },
    },
    ...{ onMessage: () => {}, onProgress: () => {}, hideNativeLog: true },
  });
  const group = engine.group!;
  const before = engine.handles();
  const own = tf.tensor2d([10 * rank, 10 * rank + 1, 0.5, -1], [2, 2]);
  const results = [];
  for (let round = 0; round < 3; round++) {
    for (const tensor of [group.allGather(own), group.allReduce(own)]) {
      results.push([...tensor.dataSync()]);
      tensor.dispose();
    }
  }
  own.dispose();
  console.log(JSON.stringify({ results, leaked: engine.handles() - before, device: engine.device }));
  if (signal !== undefined) {
    if (rank === Number(victim)) process.kill(process.pid, signal);
    group.allReduce(tf.scalar(1));
  }
} catch (error) {
  const { message, name } = error as Error;
  console.log(JSON.stringify({ name, message, cause: (error as Error).cause }));
}
process.exit(0);
