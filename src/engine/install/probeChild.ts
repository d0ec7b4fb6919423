// Run by probe.ts as a process of its own: loads the addon in the folder given, runs an op, prints a line of JSON. A
// library that does not fit can kill the process that loads it, so this is not done in alexft's own first.

import { join } from 'node:path';
import { loadBinding } from '../tfjsNode.js';
import { addonFile } from './recipe.js';

const binding = loadBinding(join(process.argv[2]!, addonFile));

const matrix = binding.createTensor([2, 2], binding.TF_FLOAT, new Float32Array([1, 2, 3, 4]));
const [product] = binding.executeOp(
  'MatMul',
  [
    { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'transpose_a', type: binding.TF_ATTR_BOOL, value: false },
    { name: 'transpose_b', type: binding.TF_ATTR_BOOL, value: false },
  ],
  [matrix, matrix],
  1,
);
const values = binding.tensorDataSync(product!.id).join(' ');
if (values !== '7 10 15 22') throw new Error(`[1 2; 3 4] squared gave ${values}, not 7 10 15 22`);

console.log(JSON.stringify({ version: binding.TF_Version, gpu: binding.isUsingGpuDevice() }));
