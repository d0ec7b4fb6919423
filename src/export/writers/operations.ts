// The operations of a format that a graph's steps become, in a chain: the first input of each is the output of the one
// before, the others are constants.

import type { LazyBytes } from '../../io/protobuf.js';
import { type Graph, inputName, type Step } from '../graph.js';

export interface Constant {
  readonly type: 'float32' | 'int32';
  readonly shape: readonly number[];
  /** Little-endian. */
  readonly bytes: LazyBytes;
}

export interface Operation<Attribute> {
  /** The format's name for it. */
  readonly op: string;
  /** By name, in the order of the inputs. */
  readonly constants?: Readonly<Record<string, Constant>>;
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

export interface Node<Attribute> extends Required<Operation<Attribute>> {
  /** Also that of its output. */
  readonly name: string;
  readonly inputs: readonly string[];
}

/** Translates a graph. The last node has the name of the graph's output. */
export function nodesOf<Attribute>(
  { steps, output }: Graph,
  translate: (step: Step) => Operation<Attribute>[],
): Node<Attribute>[] {
  const operations = steps.flatMap((step) =>
    translate(step).map((operation, index) => ({ ...operation, name: `${step.name}.${index}` })),
  );
  const nameAt = (index: number) =>
    index === operations.length - 1 ? output : (operations[index]?.name ?? inputName);
  return operations.map(({ op, constants = {}, attributes = {} }, index) => ({
    ...{ op, constants, attributes },
    name: nameAt(index),
    inputs: [nameAt(index - 1), ...Object.keys(constants)],
  }));
}

export const floats = (shape: readonly number[], values: readonly number[]): Constant =>
  constant('float32', shape, Float32Array.from(values));

export const integers = (shape: readonly number[], values: readonly number[]): Constant =>
  constant('int32', shape, Int32Array.from(values));

const constant = (
  type: Constant['type'],
  shape: readonly number[],
  values: Float32Array | Int32Array,
): Constant => ({
  ...{ type, shape },
  bytes: { byteLength: values.byteLength, read: () => bytesOf(values) },
});

/** The memory of an array. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
