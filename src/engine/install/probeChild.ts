// The child process of probe.ts: loads the addon in the given folder, runs a product and a convolution (of cuBLAS and
// cuDNN on a GPU) and prints a line of JSON. Loading an incompatible library can crash the process, so it is not loaded
// into the main process first.

import { join } from 'node:path';
import { addonFile } from '../recipes/recipe.js';
import { loadBinding, type OpAttribute } from '../tfjsNode.js';

const binding = loadBinding(join(process.argv[2]!, addonFile));

// [1 2; 3 4] squared, as a matrix product and as a convolution of 1 x 1.
const values = new Float32Array([1, 2, 3, 4]);
const float = { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
check(
  'MatMul',
  [
    float,
    { name: 'transpose_a', type: binding.TF_ATTR_BOOL, value: false },
    { name: 'transpose_b', type: binding.TF_ATTR_BOOL, value: false },
  ],
  [2, 2],
  [2, 2],
);
check(
  'Conv2D',
  [
    float,
    { name: 'strides', type: binding.TF_ATTR_INT, value: [1, 1, 1, 1] },
    { name: 'padding', type: binding.TF_ATTR_STRING, value: 'VALID' },
  ],
  [1, 2, 1, 2],
  [1, 1, 2, 2],
);

console.log(JSON.stringify({ version: binding.TF_Version, gpu: binding.isUsingGpuDevice() }));

function check(op: string, attributes: OpAttribute[], ...shapes: number[][]): void {
  const inputs = shapes.map((shape) => binding.createTensor(shape, binding.TF_FLOAT, values));
  const [result] = binding.executeOp(op, attributes, inputs, 1);
  const found = binding.tensorDataSync(result!.id).join(' ');
  if (found !== '7 10 15 22') throw new Error(`Expected 7 10 15 22 from ${op} but received ${found}`);
}
