// The child process of probe.ts: loads the addon in the given folder, runs a product and a convolution (of cuBLAS and
// cuDNN on a GPU) and prints a line of JSON. Loading an incompatible library can crash the process, so it is not loaded
// into the main process first.

import { join } from 'node:path';
import { addonFile } from '../recipes/recipe.js';
import { loadBinding } from '../tfjsNode.js';

const binding = loadBinding(join(process.argv[2]!, addonFile));

const matrix = binding.createTensor([2, 2], binding.TF_FLOAT, new Float32Array([1, 2, 3, 4]));
const float = { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
const [product] = binding.executeOp(
  'MatMul',
  [
    float,
    { name: 'transpose_a', type: binding.TF_ATTR_BOOL, value: false },
    { name: 'transpose_b', type: binding.TF_ATTR_BOOL, value: false },
  ],
  [matrix, matrix],
  1,
);
const values = binding.tensorDataSync(product!.id).join(' ');
if (values !== '7 10 15 22')
  throw new Error(`Expected [1 2; 3 4] squared to be 7 10 15 22 but received ${values}`);

const filter = binding.createTensor([1, 1, 1, 1], binding.TF_FLOAT, new Float32Array([2]));
const image = binding.createTensor([1, 2, 2, 1], binding.TF_FLOAT, new Float32Array([1, 2, 3, 4]));
const [convolved] = binding.executeOp(
  'Conv2D',
  [
    float,
    { name: 'strides', type: binding.TF_ATTR_INT, value: [1, 1, 1, 1] },
    { name: 'padding', type: binding.TF_ATTR_STRING, value: 'VALID' },
  ],
  [image, filter],
  1,
);
const twice = binding.tensorDataSync(convolved!.id).join(' ');
if (twice !== '2 4 6 8') throw new Error(`Expected 1 2 3 4 times 2 to be 2 4 6 8 but received ${twice}`);

console.log(JSON.stringify({ version: binding.TF_Version, gpu: binding.isUsingGpuDevice() }));
