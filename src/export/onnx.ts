// Writes a graph as an ONNX model. Source: onnx/onnx.proto (IR version 8) and docs/Operators.md (opset 17).

import { printable } from '../core/errors.js';
import { version } from '../core/version.js';
import { inputSize } from '../model/alexnet.js';
import { type Graph, inputName, type Step } from './graph.js';
import { bytes, type Fields, integer, message, text, writeMessage } from './protobuf.js';

const irVersion = 8;
const opset = 17;

/** TensorProto.DataType. */
const dataType = { float32: 1, uint8: 2 } as const;

interface Operation {
  readonly op: string;
  /** Inputs after the first, which is the output of the operation before. */
  readonly inputs?: readonly string[];
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

interface Constant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Writes the new file `path`. `metadata`: strings for the model's `metadata_props`. */
export async function writeOnnx(
  path: string,
  graph: Graph,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const operations = graph.steps.flatMap((step) =>
    operationsOf(step).map((operation, index) => ({ name: `${step.name}.${index}`, ...operation })),
  );
  const nodes = operations.map(({ name, op, inputs = [], attributes = {} }, index) =>
    message(
      1,
      ...[operations[index - 1]?.name ?? inputName, ...inputs].map((input) => text(1, input)),
      text(2, index === operations.length - 1 ? graph.output : name),
      text(3, name),
      text(4, op),
      ...Object.entries(attributes).map(attribute),
    ),
  );
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
      ...nodes,
      ...constantsOf(graph).map(initializer),
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

function operationsOf(step: Step): Operation[] {
  const { name } = step;
  switch (step.type) {
    case 'Normalize':
      return [
        { op: 'Transpose', attributes: { perm: [0, 3, 1, 2] } },
        { op: 'Cast', attributes: { to: dataType.float32 } },
        { op: 'Div', inputs: [`${name}.range`] },
        { op: 'Sub', inputs: [`${name}.mean`] },
        { op: 'Div', inputs: [`${name}.std`] },
      ];
    case 'Conv2d': {
      const { kernelSize, stride, padding } = step;
      const kernel_shape = [kernelSize, kernelSize];
      const attributes = { kernel_shape, strides: [stride, stride], pads: Array(4).fill(padding) };
      return [{ op: 'Conv', inputs: [`${name}.weight`, `${name}.bias`], attributes }];
    }
    case 'ReLU':
      return [{ op: 'Relu' }];
    case 'MaxPool2d': {
      const { kernelSize, stride } = step;
      const attributes = { kernel_shape: [kernelSize, kernelSize], strides: [stride, stride] };
      return [{ op: 'MaxPool', attributes }];
    }
    case 'Flatten':
      return [{ op: 'Flatten', attributes: { axis: 1 } }];
    case 'Linear':
      return [{ op: 'Gemm', inputs: [`${name}.weight`, `${name}.bias`], attributes: { transB: 1 } }];
    case 'Softmax':
      return [{ op: 'Softmax', attributes: { axis: 1 } }];
  }
}

/** The tensors that operations refer to, by name. */
function constantsOf({ steps, tensors }: Graph): Constant[] {
  return steps.flatMap((step): Constant[] => {
    const { name } = step;
    if (step.type === 'Normalize') {
      return [
        { name: `${name}.range`, shape: [], values: Float32Array.of(255) },
        { name: `${name}.mean`, shape: [3, 1, 1], values: Float32Array.from(step.mean) },
        { name: `${name}.std`, shape: [3, 1, 1], values: Float32Array.from(step.std) },
      ];
    }
    if (step.type !== 'Conv2d' && step.type !== 'Linear') return [];
    return [`${name}.weight`, `${name}.bias`].map((key) => {
      const { shape, data } = tensors.get(key)!;
      return { name: key, shape, values: data };
    });
  });
}

const initializer = ({ name, shape, values }: Constant): Fields =>
  message(
    5,
    ...shape.map((n) => integer(1, n)),
    integer(2, dataType.float32),
    text(8, name),
    bytes(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  );

/** An AttributeProto: INT in field 3 or INTS in field 8, and which of them. */
const attribute = ([name, value]: [string, number | readonly number[]]): Fields =>
  typeof value === 'number'
    ? message(5, text(1, name), integer(3, value), integer(20, 2))
    : message(5, text(1, name), ...value.map((n) => integer(8, n)), integer(20, 7));

/** A ValueInfoProto. A dimension with a name is dynamic. */
const valueInfo = (field: number, name: string, type: number, shape: (string | number)[]): Fields =>
  message(
    field,
    text(1, name),
    message(
      2,
      message(
        1,
        integer(1, type),
        message(2, ...shape.map((n) => message(1, typeof n === 'string' ? text(2, n) : integer(1, n)))),
      ),
    ),
  );
