// A graph in TensorFlow's operations, for a SavedModel and for TensorFlow.js. Images are NHWC, and the weights are
// constants in the layouts that both compute with: HWIO for convolutions, [in, out] for Linear layers.

import { inputSize } from '../model/alexnet.js';
import { fromTorch, nativeShape } from '../model/layout.js';
import { type StateTensor, sizeOf } from '../model/stateDict.js';
import { type Graph, inputName, type Step } from './graph.js';
import type { LazyBytes } from './protobuf.js';

export type DataType = 'DT_FLOAT' | 'DT_INT32' | 'DT_UINT8';

/** -1 for the batch. */
type Shape = readonly number[];

export type Attribute =
  | { readonly type: DataType }
  | { readonly text: string }
  | { readonly integers: readonly number[] }
  | { readonly shape: Shape };

/** A node of a GraphDef. Its name is that of its output. */
export interface TensorFlowNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** The value of a Const. */
  readonly value?: Constant;
}

export interface Constant {
  readonly type: 'DT_FLOAT' | 'DT_INT32';
  readonly shape: Shape;
  /** Little-endian. */
  readonly bytes: LazyBytes;
}

export interface Endpoint {
  readonly name: string;
  readonly type: DataType;
  readonly shape: Shape;
}

/** The input and the output of the graph. */
export const endpointsOf = ({ input, output, classes }: Graph): { input: Endpoint; output: Endpoint } => ({
  input: {
    name: inputName,
    type: input === 'uint8' ? 'DT_UINT8' : 'DT_FLOAT',
    shape: [-1, inputSize, inputSize, 3],
  },
  output: { name: output, type: 'DT_FLOAT', shape: [-1, classes.length] },
});

/** The nodes in the order of execution. */
export function tensorFlowNodes(graph: Graph): TensorFlowNode[] {
  const { type, shape } = endpointsOf(graph).input;
  const placeholder = { dtype: { type }, shape: { shape } };
  const nodes: TensorFlowNode[] = [
    { name: inputName, op: 'Placeholder', inputs: [], attributes: placeholder },
  ];
  let last = inputName;
  for (const [at, step] of graph.steps.entries()) {
    const operations = operationsOf(step, graph);
    for (const [index, { op, constants = {}, attributes = float }] of operations.entries()) {
      const constantNodes = Object.entries(constants).map(([name, value]) => constantNode(name, value));
      const isOutput = at === graph.steps.length - 1 && index === operations.length - 1;
      const name = isOutput ? graph.output : `${step.name}.${index}`;
      const inputs = [last, ...constantNodes.map((constant) => constant.name)];
      nodes.push(...constantNodes, { name, op, inputs, attributes });
      last = name;
    }
  }
  return nodes;
}

/** The type of the values of most operations. */
const float = { T: { type: 'DT_FLOAT' } } as const;

interface Operation {
  readonly op: string;
  /** Inputs after the first, which is the output of the operation before, by name. */
  readonly constants?: Readonly<Record<string, Constant>>;
  /** Default: `float`. */
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

function operationsOf(step: Step, { tensors }: Graph): Operation[] {
  const { name } = step;
  const constant = (kind: string) => ({ [`${name}.${kind}`]: layOut(tensors.get(`${name}.${kind}`)!) });
  const windows = (stride: number, padding: 'VALID' | 'SAME') => ({
    ...float,
    strides: { integers: [1, stride, stride, 1] },
    padding: { text: padding },
  });
  switch (step.type) {
    case 'Normalize':
      return [
        { op: 'Cast', attributes: { SrcT: { type: 'DT_UINT8' }, DstT: { type: 'DT_FLOAT' } } },
        { op: 'RealDiv', constants: { [`${name}.range`]: floats([3], [255, 255, 255]) } },
        { op: 'Sub', constants: { [`${name}.mean`]: floats([3], step.mean) } },
        { op: 'RealDiv', constants: { [`${name}.std`]: floats([3], step.std) } },
      ];
    case 'Conv2d': {
      const { kernelSize, stride, padding } = step;
      const same = stride === 1 && kernelSize === 2 * padding + 1;
      const borders = integers([4, 2], [0, 0, padding, padding, padding, padding, 0, 0]);
      return [
        ...(same ? [] : [{ op: 'Pad', constants: { [`${name}.padding`]: borders } }]),
        {
          op: 'Conv2D',
          constants: constant('weight'),
          // TensorFlow.js requires the dilations.
          attributes: { ...windows(stride, same ? 'SAME' : 'VALID'), dilations: { integers: [1, 1, 1, 1] } },
        },
        { op: 'BiasAdd', constants: constant('bias') },
      ];
    }
    case 'ReLU':
      return [{ op: 'Relu' }];
    case 'MaxPool2d': {
      const ksize = { integers: [1, step.kernelSize, step.kernelSize, 1] };
      return [{ op: 'MaxPool', attributes: { ksize, ...windows(step.stride, 'VALID') } }];
    }
    case 'Flatten':
      return [
        { op: 'Transpose', constants: { [`${name}.order`]: integers([4], [0, 3, 1, 2]) } },
        { op: 'Reshape', constants: { [`${name}.shape`]: integers([2], [-1, step.features]) } },
      ];
    case 'Linear':
      return [
        { op: 'MatMul', constants: constant('weight') },
        { op: 'BiasAdd', constants: constant('bias') },
      ];
    case 'Softmax':
      return [{ op: 'Softmax' }];
  }
}

const constantNode = (name: string, value: Constant): TensorFlowNode => ({
  ...{ name, op: 'Const', inputs: [], value },
  attributes: { dtype: { type: value.type } },
});

/** A parameter in the layout of TensorFlow, which is made when it is read. */
function layOut(tensor: StateTensor): Constant {
  const { shape } = tensor;
  const isMatrix = shape.length === 2;
  return {
    type: 'DT_FLOAT',
    shape: isMatrix ? [...shape].reverse() : nativeShape(shape),
    bytes: {
      byteLength: Float32Array.BYTES_PER_ELEMENT * sizeOf(shape),
      read: () => bytesOf(isMatrix ? transposed(tensor) : fromTorch(tensor).data),
    },
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

const floats = (shape: Shape, values: readonly number[]): Constant => ({
  ...{ type: 'DT_FLOAT', shape },
  bytes: lazily(Float32Array.from(values)),
});

const integers = (shape: Shape, values: readonly number[]): Constant => ({
  ...{ type: 'DT_INT32', shape },
  bytes: lazily(Int32Array.from(values)),
});

const lazily = (values: Float32Array | Int32Array): LazyBytes => ({
  byteLength: values.byteLength,
  read: () => bytesOf(values),
});

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
