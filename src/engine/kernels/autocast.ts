// Mixed precision in bfloat16, with the rules of PyTorch's autocast: the op decides in which type it computes.

import type { DataId, TensorInfo } from '@tensorflow/tfjs-core';
import type { NodeBackend, OpAttribute } from '../tfjsNode.js';
import { attributes } from './tensorflow.js';

/** Ops that compute in bfloat16 whatever their operands are: most of the work, and safe in low precision. */
const inBfloat16 = new Set(['Conv2D', 'Conv2DBackpropFilter', 'Conv2DBackpropInput', 'BatchMatMulV2']);

/** Ops that compute in bfloat16 if an operand is bfloat16. All others compute in float32. */
const inEither = new Set([
  'BiasAdd',
  'MaxPool',
  'MaxPoolGrad',
  'Mul',
  'Pad',
  'PadV2',
  'Relu',
  'ReluGrad',
  'Reshape',
  'Slice',
  'Transpose',
  '_MklNativeMaxPool',
  '_MklNativeMaxPoolGrad',
]);

/** TensorFlow's DT_BFLOAT16. */
const bfloat16 = 14;

/**
 * Lets `backend` run ops by these rules. tfjs has no bfloat16 and takes such a tensor for float32; its values are read
 * as float32.
 */
export function autocast(backend: NodeBackend): void {
  const { binding } = backend;
  const { bool, type } = attributes(backend);
  /** The tensors that are bfloat16 in TensorFlow. */
  const halves = new WeakSet<DataId>();

  const cast = (id: number, from: number, to: number): number =>
    binding.executeOp('Cast', [type('SrcT', from), type('DstT', to), bool('Truncate', false)], [id], 1)[0]!
      .id;

  const execute = (name: string, given: OpAttribute[], inputs: TensorInfo[], outputs: number) => {
    const isHalf = (input: TensorInfo) => halves.has(input.dataId);
    // As in PyTorch, a scalar factor is not rounded: that of --clip-norm would make the norm too large.
    const scales = name === 'Mul' && inputs.some(({ shape }) => shape.length === 0);
    const half = inBfloat16.has(name) || (inEither.has(name) && inputs.some(isHalf) && !scales);
    const owned: number[] = [];
    const ids = backend.getInputTensorIds(inputs).map((id, index) => {
      const input = inputs[index]!;
      if (input.dtype !== 'float32' || isHalf(input) === half) return id;
      const other = half ? cast(id, binding.TF_FLOAT, bfloat16) : cast(id, bfloat16, binding.TF_FLOAT);
      owned.push(other);
      return other;
    });
    const typed = given.map((attribute) =>
      half && attribute.type === binding.TF_ATTR_TYPE && attribute.value === binding.TF_FLOAT
        ? { ...attribute, value: bfloat16 }
        : attribute,
    );
    try {
      return binding.executeOp(name, typed, ids, outputs).map((metadata) => {
        if (metadata.dtype !== bfloat16) return backend.createOutputTensor(metadata);
        const tensor = backend.createOutputTensor({ ...metadata, dtype: binding.TF_FLOAT });
        halves.add(tensor.dataId);
        return tensor;
      });
    } finally {
      for (const id of owned) binding.deleteTensor(id);
    }
  };
  backend.executeMultipleOutputs = execute;
  backend.executeSingleOutput = (name, attributes, inputs) => execute(name, attributes, inputs, 1)[0]!;

  const readSync = backend.readSync.bind(backend);
  backend.readSync = (dataId) => {
    if (!halves.has(dataId)) return readSync(dataId);
    const [id] = backend.getInputTensorIds([{ dataId, shape: [], dtype: 'float32' }]);
    const whole = cast(id!, bfloat16, binding.TF_FLOAT);
    const values = binding.tensorDataSync(whole);
    binding.deleteTensor(whole);
    return values;
  };
}
