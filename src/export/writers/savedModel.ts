// Writes a graph as a SavedModel of TensorFlow, with the weights as constants of the graph. Source:
// tensorflow/core/protobuf/{saved_model,meta_graph}.proto, tensorflow/core/framework/{graph,node_def,attr_value}.proto.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { bytes, type Fields, integer, message, text, writeMessage } from '../../io/protobuf.js';
import type { Graph } from '../graph.js';
import type { Constant } from './operations.js';
import {
  type Attribute,
  type Endpoint,
  endpointsOf,
  type TensorFlowNode,
  tensorFlowNodes,
} from './tensorflowGraph.js';

/** framework/types.proto */
const dataType = { float32: 1, int32: 3, uint8: 4 } as const;

/** The names under which TensorFlow's loaders find the graph. */
const tag = 'serve';
const signature = 'serving_default';

/** Writes the new folder `folder`. */
export async function writeSavedModel(folder: string, graph: Graph): Promise<void> {
  const { input, output } = endpointsOf(graph);
  const graphDef = message(2, ...tensorFlowNodes(graph).map(nodeDef), message(4, integer(1, graphVersion)));
  const signatureDef = message(
    2,
    message(1, text(1, input.name), tensorInfo(input)),
    message(2, text(1, output.name), tensorInfo(output)),
    text(3, 'tensorflow/serving/predict'),
  );
  const metaGraph = message(
    2,
    message(1, text(4, tag)),
    graphDef,
    message(5, text(1, signature), signatureDef),
  );
  await mkdir(folder);
  await writeMessage(join(folder, 'saved_model.pb'), [...integer(1, 1), ...metaGraph]);
}

/** The producer of GraphDefs of TensorFlow 2.0: later ones read it. */
const graphVersion = 119;

const nodeDef = ({ name, op, inputs, attributes, value }: TensorFlowNode): Fields =>
  message(
    1,
    text(1, name),
    text(2, op),
    ...inputs.map((input) => text(3, input)),
    ...Object.entries(attributes).map(([key, attribute]) =>
      message(5, text(1, key), message(2, attrValue(attribute))),
    ),
    ...(value ? [message(5, text(1, 'value'), message(2, message(8, tensor(value))))] : []),
  );

function attrValue(attribute: Attribute): Fields {
  if ('type' in attribute) return integer(6, dataType[attribute.type]);
  if ('text' in attribute) return text(2, attribute.text);
  if ('shape' in attribute) return message(7, ...dimensions(attribute.shape));
  return message(1, ...attribute.integers.map((n) => integer(3, n)));
}

const tensor = ({ type, shape, bytes: content }: Constant): Fields => [
  ...integer(1, dataType[type]),
  ...message(2, ...dimensions(shape)),
  ...bytes(4, content),
];

/** The value of a signature's map of endpoints. */
const tensorInfo = ({ name, type, shape }: Endpoint): Fields =>
  message(2, text(1, `${name}:0`), integer(2, dataType[type]), message(3, ...dimensions(shape)));

const dimensions = (shape: readonly number[]): Fields[] => shape.map((n) => message(2, integer(1, n)));
