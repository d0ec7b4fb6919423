// Writes a graph as an ONNX model. Source: onnx/onnx.proto (IR version 8) and docs/Operators.md (opset 17).

import { printable } from '../../core/errors.js';
import { version } from '../../core/version.js';
import { bytes, type Fields, integer, message, text, writeMessage } from '../../io/protobuf.js';
import { inputSize } from '../../model/alexnet.js';
import { sizeOf } from '../../model/stateDict.js';
import { type Graph, inputName, type Step } from '../graph.js';
import { bytesOf, type Constant, floats, type Node, nodesOf, type Operation } from './operations.js';

const irVersion = 8;
const opset = 17;

/** TensorProto.DataType. */
const dataType = { float32: 1, uint8: 2, int32: 6 } as const;

type Attribute = number | readonly number[];

/** Writes the new file `path`. `metadata`: strings for the model's `metadata_props`. */
export async function writeOnnx(
  path: string,
  graph: Graph,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const nodes = nodesOf(graph, (step) => operationsOf(step, graph));
  const constants = nodes.flatMap((node) => Object.entries(node.constants));
  const side = inputSize;
  const inputShape = graph.input === 'uint8' ? ['n', side, side, 3] : ['n', 3, side, side];
  await writeMessage(path, [
    ...integer(1, irVersion),
    ...text(2, 'alexft'),
    ...text(6, summary(graph)), // here, so that it is among the first bytes (weights/foreignFormats.ts)
    ...text(3, version),
    ...message(8, integer(2, opset)),
    ...Object.entries(metadata).flatMap(([key, value]) => message(14, text(1, key), text(2, value))),
    ...message(
      7,
      text(2, 'AlexNet'),
      ...nodes.map(nodeProto),
      ...constants.map(initializer),
      valueInfo(11, inputName, dataType[graph.input], inputShape),
      valueInfo(12, graph.output, dataType.float32, ['n', graph.classes.length]),
    ),
  ]);
}

/** A line about the model, of less than 128 bytes. */
function summary({ classes }: Graph): string {
  let names = printable(classes.join(', '));
  while (Buffer.byteLength(names) > 80) names = `${names.slice(0, -5)}...`;
  return `AlexNet, ${classes.length} classes: ${names}; opset ${opset}`;
}

function operationsOf(step: Step, { tensors }: Graph): Operation<Attribute>[] {
  const { name } = step;
  const parameters = () =>
    Object.fromEntries(
      [`${name}.weight`, `${name}.bias`].map((key): [string, Constant] => {
        const tensor = tensors.get(key)!;
        const byteLength = Float32Array.BYTES_PER_ELEMENT * sizeOf(tensor.shape);
        const read = () => bytesOf(tensor.data);
        return [key, { type: 'float32', shape: tensor.shape, bytes: { byteLength, read } }];
      }),
    );
  switch (step.type) {
    case 'Normalize':
      return [
        { op: 'Transpose', attributes: { perm: [0, 3, 1, 2] } },
        { op: 'Cast', attributes: { to: dataType.float32 } },
        { op: 'Div', constants: { [`${name}.range`]: floats([], [255]) } },
        { op: 'Sub', constants: { [`${name}.mean`]: floats([3, 1, 1], step.mean) } },
        { op: 'Div', constants: { [`${name}.std`]: floats([3, 1, 1], step.std) } },
      ];
    case 'Conv2d': {
      const { kernelSize, stride, padding } = step;
      const attributes = { ...windows(kernelSize, stride), pads: Array(4).fill(padding) };
      return [{ op: 'Conv', constants: parameters(), attributes }];
    }
    case 'ReLU':
      return [{ op: 'Relu' }];
    case 'MaxPool2d':
      return [{ op: 'MaxPool', attributes: windows(step.kernelSize, step.stride) }];
    case 'Flatten':
      return [{ op: 'Flatten', attributes: { axis: 1 } }];
    case 'Linear':
      return [{ op: 'Gemm', constants: parameters(), attributes: { transB: 1 } }];
    case 'Softmax':
      return [{ op: 'Softmax', attributes: { axis: 1 } }];
  }
}

const windows = (size: number, stride: number) => ({ kernel_shape: [size, size], strides: [stride, stride] });

const nodeProto = ({ name, op, inputs, attributes }: Node<Attribute>): Fields =>
  message(
    1,
    ...inputs.map((input) => text(1, input)),
    text(2, name),
    text(3, name),
    text(4, op),
    ...Object.entries(attributes).map(attributeProto),
  );

/** INT in field 3 or INTS in field 8, and which of them. */
const attributeProto = ([name, value]: [string, Attribute]): Fields =>
  typeof value === 'number'
    ? message(5, text(1, name), integer(3, value), integer(20, 2))
    : message(5, text(1, name), ...value.map((n) => integer(8, n)), integer(20, 7));

const initializer = ([name, { type, shape, bytes: content }]: [string, Constant]): Fields =>
  message(
    5,
    ...shape.map((n) => integer(1, n)),
    integer(2, dataType[type]),
    text(8, name),
    bytes(9, content),
  );

/** A ValueInfoProto. A dimension with a name is dynamic. */
function valueInfo(field: number, name: string, type: number, shape: (string | number)[]): Fields {
  const dimensions = shape.map((n) => message(1, typeof n === 'string' ? text(2, n) : integer(1, n)));
  const tensorType = message(1, integer(1, type), message(2, ...dimensions));
  return message(field, text(1, name), message(2, tensorType));
}
