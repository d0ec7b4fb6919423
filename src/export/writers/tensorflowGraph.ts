// A graph in TensorFlow's operations, for a SavedModel and for TensorFlow.js. Images are NHWC, and the weights are
// constants in the layouts that both compute with: HWIO for convolutions, [in, out] for Linear layers.

import { inputSize } from '../../model/alexnet.js';
import { fromTorch, nativeShape } from '../../model/layout.js';
import { type StateTensor, sizeOf } from '../../model/stateDict.js';
import { type Graph, inputName, type Step } from '../graph.js';
import {
  bytesOf,
  type Constant,
  floats,
  integers,
  type Node,
  nodesOf,
  type Operation,
} from './operations.js';

type DataType = 'float32' | 'int32' | 'uint8';

export type Attribute =
  | { readonly type: DataType }
  | { readonly text: string }
  | { readonly integers: readonly number[] }
  /** -1 for the batch. */
  | { readonly shape: readonly number[] };

/** A node of a GraphDef. A Const has a value instead of constants. */
export interface TensorFlowNode extends Omit<Node<Attribute>, 'constants'> {
  readonly value?: Constant;
}

/** The input or output of a graph. */
export interface Endpoint {
  readonly name: string;
  readonly type: DataType;
  readonly shape: readonly number[];
}

export const endpointsOf = ({ input, output, classes }: Graph): { input: Endpoint; output: Endpoint } => ({
  input: { name: inputName, type: input, shape: [-1, inputSize, inputSize, 3] },
  output: { name: output, type: 'float32', shape: [-1, classes.length] },
});

/** The nodes in the order of execution, with constants before the node that they are for. */
export function tensorFlowNodes(graph: Graph): TensorFlowNode[] {
  const { type, shape } = endpointsOf(graph).input;
  const attributes = { dtype: { type }, shape: { shape } };
  const nodes = nodesOf(graph, (step) => operationsOf(step, graph));
  return [
    { name: inputName, op: 'Placeholder', inputs: [], attributes },
    ...nodes.flatMap(({ constants, ...node }) => [...Object.entries(constants).map(constantNode), node]),
  ];
}

const constantNode = ([name, value]: [string, Constant]): TensorFlowNode => ({
  ...{ name, op: 'Const', inputs: [], value },
  attributes: { dtype: { type: value.type } },
});

/** The attribute that most operations have. */
const attributes = { T: { type: 'float32' } } as const;

function operationsOf(step: Step, { tensors }: Graph): Operation<Attribute>[] {
  const { name } = step;
  const parameter = (kind: string) => ({ [`${name}.${kind}`]: layOut(tensors.get(`${name}.${kind}`)!) });
  switch (step.type) {
    case 'Normalize':
      return [
        { op: 'Cast', attributes: { SrcT: { type: 'uint8' }, DstT: { type: 'float32' } } },
        { op: 'RealDiv', constants: { [`${name}.range`]: floats([], [255]) }, attributes },
        { op: 'Sub', constants: { [`${name}.mean`]: floats([3], step.mean) }, attributes },
        { op: 'RealDiv', constants: { [`${name}.std`]: floats([3], step.std) }, attributes },
      ];
    case 'Conv2d': {
      const { kernelSize, stride, padding } = step;
      const same = stride === 1 && kernelSize === 2 * padding + 1;
      const borders = integers([4, 2], [0, 0, padding, padding, padding, padding, 0, 0]);
      const dilations = { integers: [1, 1, 1, 1] }; // required by TensorFlow.js
      return [
        ...(same ? [] : [{ op: 'Pad', constants: { [`${name}.padding`]: borders }, attributes }]),
        {
          op: 'Conv2D',
          constants: parameter('weight'),
          attributes: { ...windows(stride, same ? 'SAME' : 'VALID'), dilations },
        },
        { op: 'BiasAdd', constants: parameter('bias'), attributes },
      ];
    }
    case 'ReLU':
      return [{ op: 'Relu', attributes }];
    case 'MaxPool2d': {
      const ksize = { integers: [1, step.kernelSize, step.kernelSize, 1] };
      return [{ op: 'MaxPool', attributes: { ksize, ...windows(step.stride, 'VALID') } }];
    }
    case 'Flatten':
      return [
        { op: 'Transpose', constants: { [`${name}.order`]: integers([4], [0, 3, 1, 2]) }, attributes },
        { op: 'Reshape', constants: { [`${name}.shape`]: integers([2], [-1, step.features]) }, attributes },
      ];
    case 'Linear':
      return [
        { op: 'MatMul', constants: parameter('weight'), attributes },
        { op: 'BiasAdd', constants: parameter('bias'), attributes },
      ];
    case 'Softmax':
      return [{ op: 'Softmax', attributes }];
  }
}

const windows = (stride: number, padding: 'VALID' | 'SAME') => ({
  ...attributes,
  strides: { integers: [1, stride, stride, 1] },
  padding: { text: padding },
});

/** A parameter in TensorFlow's layout, which is made when it is written. */
function layOut(tensor: StateTensor): Constant {
  const { shape } = tensor;
  const isMatrix = shape.length === 2;
  const byteLength = Float32Array.BYTES_PER_ELEMENT * sizeOf(shape);
  const read = () => bytesOf(isMatrix ? transposed(tensor) : fromTorch(tensor).data);
  return {
    type: 'float32',
    shape: isMatrix ? [...shape].reverse() : nativeShape(shape),
    bytes: { byteLength, read },
  };
}

function transposed({ shape, data }: StateTensor): Float32Array {
  const [rows, columns] = shape as [number, number];
  const result = new Float32Array(data.length);
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) result[column * rows + row] = data[row * columns + column]!;
  }
  return result;
}
