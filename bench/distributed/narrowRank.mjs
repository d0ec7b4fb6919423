// A rank of ./kills.mjs: trains a narrow network with the options in argv[2], and prints a line at each step.

import { train } from '../../dist/commands/training/train.js';

const context = { onMessage: () => {}, onProgress: () => {}, hideNativeLog: true };
const widths = { convolutions: [4, 8, 8, 8, 8], hidden: [32, 16] };
try {
  for await (const { event } of train(JSON.parse(process.argv[2]), context, { widths })) {
    if (event === 'step') console.log(event);
  }
} catch (error) {
  console.error(error.name === 'UserError' ? error.message : error);
  process.exit(error.exitCode ?? 70);
}
process.exit(0);
