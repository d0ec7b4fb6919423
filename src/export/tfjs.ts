// Writes a graph as a graph model of TensorFlow.js: model.json and its weights in shards. Source:
// tfjs-core/src/io/types.ts (ModelJSON), and the JSON form of GraphDef.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { version } from '../core/version.js';
import type { Graph } from './graph.js';
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
export async function writeTfjs(folder: string, graph: Graph, metadata: object): Promise<void> {
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
    weightsManifest: [
      {
        paths: await writeShards(folder, constants),
        weights: constants.map(({ name, shape, type }) => ({ name, shape, dtype: type })),
      },
    ],
  };
  await writeFile(join(folder, 'model.json'), JSON.stringify(model));
}

/** Writes the values of all constants, divided into files of `shardBytes`, and returns their names. */
async function writeShards(folder: string, constants: readonly Constant[]): Promise<string[]> {
  const total = constants.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  const count = Math.ceil(total / shardBytes);
  const names: string[] = [];
  const shard = Buffer.alloc(shardBytes);
  let used = 0;
  const flush = async () => {
    names.push(`group1-shard${names.length + 1}of${count}.bin`);
    await writeFile(join(folder, names.at(-1)!), shard.subarray(0, used));
    used = 0;
  };
  for (const { bytes } of constants) {
    for (let rest = bytes.read(); rest.length > 0; ) {
      const taken = rest.subarray(0, shardBytes - used);
      shard.set(taken, used);
      used += taken.length;
      rest = rest.subarray(taken.length);
      if (used === shardBytes) await flush();
    }
  }
  if (used > 0) await flush();
  return names;
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
