// The child process of probe.ts: loads the addon in the given folder, runs an op and prints a line of JSON. Loading an
// incompatible library can crash the process, so it is not loaded into the main process first.

import { join } from 'node:path';
import { addonFile } from '../recipes/recipe.js';
import { loadBinding } from '../tfjsNode.js';

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
if (values !== '7 10 15 22')
  throw new Error(`Expected [1 2; 3 4] squared to be 7 10 15 22 but received ${values}`);

console.log(JSON.stringify({ version: binding.TF_Version, gpu: binding.isUsingGpuDevice() }));
