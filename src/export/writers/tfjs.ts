// Writes a graph as a graph model of TensorFlow.js: model.json and its weights in shards. Source:
// tfjs-core/src/io/types.ts (ModelJSON), and the JSON form of GraphDef.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { version } from '../../core/version.js';
import type { Graph } from '../graph.js';
import { type Quantization, quantize, storedType } from '../quantize.js';
import type { Constant } from './operations.js';
import {
  type Attribute,
  type Endpoint,
  endpointsOf,
  type TensorFlowNode,
  tensorFlowNodes,
} from './tensorflowGraph.js';

/** As TensorFlow's converter does, so that browsers cache them. */
const shardBytes = 4 << 20;

const dataType = { float32: 'DT_FLOAT', int32: 'DT_INT32', uint8: 'DT_UINT8' } as const;

/** Writes the new folder `folder`. `metadata`: the model's `userDefinedMetadata`. */
export async function writeTfjs(
  folder: string,
  graph: Graph,
  metadata: object,
  quantization: Quantization | undefined,
): Promise<void> {
  await mkdir(folder);
  const nodes = tensorFlowNodes(graph);
  const constants = nodes.flatMap(({ name, value }) => (value ? [{ name, ...value }] : []));
  const { input, output } = endpointsOf(graph);
  const model = {
    format: 'graph-model',
    generatedBy: `alexft ${version}`,
    convertedBy: null,
    signature: {
      inputs: { [input.name]: tensorInfo(input) },
      outputs: { [output.name]: tensorInfo(output) },
    },
    userDefinedMetadata: metadata,
    modelTopology: { node: nodes.map(nodeDef), versions: {}, library: {} },
    weightsManifest: [await writeWeights(folder, constants, quantization)],
  };
  await writeFile(join(folder, 'model.json'), JSON.stringify(model));
}

type NamedConstant = Constant & { readonly name: string };

/** Writes the values of all constants, divided into files of `shardBytes`, and returns the group of the manifest. */
async function writeWeights(
  folder: string,
  constants: readonly NamedConstant[],
  quantization: Quantization | undefined,
): Promise<object> {
  const total = constants.reduce((sum, constant) => sum + storedBytes(constant, quantization), 0);
  const count = Math.ceil(total / shardBytes);
  const paths: string[] = [];
  const weights: object[] = [];
  const shard = Buffer.alloc(shardBytes);
  let used = 0;
  const flush = async () => {
    paths.push(`group1-shard${paths.length + 1}of${count}.bin`);
    await writeFile(join(folder, paths.at(-1)!), shard.subarray(0, used));
    used = 0;
  };
  for (const constant of constants) {
    const { name, shape, type: dtype } = constant;
    const { bytes, ...stored } = store(constant, quantization);
    weights.push({ name, shape, dtype, ...stored });
    for (let rest = bytes; rest.length > 0; ) {
      const taken = rest.subarray(0, shardBytes - used);
      shard.set(taken, used);
      used += taken.length;
      rest = rest.subarray(taken.length);
      if (used === shardBytes) await flush();
    }
  }
  if (used > 0) await flush();
  return { paths, weights };
}

function storedBytes(constant: Constant, quantization: Quantization | undefined): number {
  const { byteLength } = constant.bytes;
  const type = storedType(constant, quantization);
  return type === undefined ? byteLength : byteLength / { float16: 2, int8: 4 }[type];
}

/** The bytes, and the other fields of an entry of the manifest. */
function store(constant: Constant, quantization: Quantization | undefined) {
  const bytes = constant.bytes.read();
  const type = storedType(constant, quantization);
  if (type === undefined) return { bytes };
  return quantize(new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4), type);
}

const nodeDef = ({ name, op, inputs, attributes, value }: TensorFlowNode) => ({
  ...{ name, op, input: inputs },
  attr: {
    ...Object.fromEntries(Object.entries(attributes).map(([key, attribute]) => [key, attrValue(attribute)])),
    ...(value && { value: { tensor: { dtype: dataType[value.type], tensorShape: shapeOf(value.shape) } } }),
  },
});

function attrValue(attribute: Attribute) {
  if ('text' in attribute) return { s: Buffer.from(attribute.text).toString('base64') };
  if ('shape' in attribute) return { shape: shapeOf(attribute.shape) };
  if ('integers' in attribute) return { list: { i: attribute.integers.map(String) } };
  return { type: dataType[attribute.type] };
}

const tensorInfo = ({ name, type, shape }: Endpoint) => ({
  ...{ name: `${name}:0`, dtype: dataType[type], tensorShape: shapeOf(shape) },
});

const shapeOf = (shape: readonly number[]) => ({ dim: shape.map((n) => ({ size: String(n) })) });
