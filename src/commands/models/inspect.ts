// alexft inspect: the layers of a network, their parameters and their output shapes.

import { stat } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { silentContext } from '../../core/context.js';
import { printable, usageError } from '../../core/errors.js';
import { openWasm } from '../../engine/wasm.js';
import { alexNet, firstTrainable, inputSize, type Trainable } from '../../model/alexnet.js';
import { type Layer, parameterShapes } from '../../model/layers.js';
import { Network } from '../../model/network.js';
import { sizeOf } from '../../model/stateDict.js';
import {
  describeModule,
  moduleNames,
  modulesOf,
  moduleTree,
  type ParameterSummary,
  summarizeParameters,
} from '../../model/summary.js';
import { type NetworkOptions, networkOptions } from '../../options/modelOptions.js';
import { withDefaults } from '../../options/option.js';
import { matchStateDict } from '../../weights/match.js';
import { readModel } from '../../weights/modelFile.js';
import { resolveWeights } from '../../weights/sources.js';

interface LayerSummary {
  readonly name: string;
  readonly type: string;
  /** Channels first, as in PyTorch, for a batch of `inspectedInput`. */
  readonly outputShape: readonly number[];
  readonly parameters: number;
}

export interface Inspection {
  readonly total: number;
  readonly trainable: number;
  readonly parameters: readonly ParameterSummary[];
  readonly layers: readonly LayerSummary[];
  /** The shape of the result. */
  readonly output: readonly number[];
  /** What `print(model)` prints in PyTorch. */
  readonly tree: string;
  /** What PyTorch prints for the layer or Sequential that was named. */
  readonly layer?: string;
}

/** The input shape: the tutorial's torch.rand(16, 3, 224, 224). */
export const inspectedInput: readonly [number, number, number, number] = [16, 3, inputSize, inputSize];

/**
 * `words` name a model (a run folder or a file), a layer (`classifier.6`) or Sequential (`classifier`), or one of each.
 * Downloads nothing and needs no native engine.
 */
export async function inspect(
  words: readonly string[] = [],
  given: Partial<NetworkOptions> = {},
): Promise<Inspection> {
  const options = withDefaults(networkOptions, given);
  const { layers, trainable, layerName } = await namedNetwork(words, options);
  const first = firstTrainable(layers, trainable)!;
  const parameters = summarizeParameters(layers, first);
  const count = (list: readonly ParameterSummary[]) =>
    list.reduce((sum, parameter) => sum + parameter.count, 0);
  const shapes = await outputShapes(layers);
  const layer = layerName === undefined ? undefined : describeModule(layers, layerName);
  return {
    total: count(parameters),
    trainable: count(parameters.filter((parameter) => parameter.trainable)),
    parameters,
    layers: modulesOf(layers).map((layer) => ({
      name: layer.name,
      type: layer.type,
      outputShape: shapes.get(layer.name)!,
      parameters: parameterShapes(layer).reduce((sum, [, shape]) => sum + sizeOf(shape), 0),
    })),
    output: shapes.get(layers.at(-1)!.name)!,
    tree: moduleTree(layers),
    ...(layer !== undefined && { layer }),
  };
}

/** The `layer` of `inspect`, without running the network; undefined if `words` name no layer. */
export async function layerText(
  words: readonly string[],
  given: Partial<NetworkOptions> = {},
): Promise<string | undefined> {
  const onDisk = await Promise.all(words.map((word) => stat(word).catch(() => undefined)));
  if (onDisk.every(Boolean)) return undefined;
  const { layers, layerName } = await namedNetwork(words, withDefaults(networkOptions, given));
  return describeModule(layers, layerName!);
}

async function namedNetwork(words: readonly string[], options: NetworkOptions) {
  let layers: Layer[] | undefined;
  let trainable: Trainable = options.trainable ?? (options.weights === 'none' ? 'all' : 'classifier');
  let layerName: string | undefined;
  for (const word of words) {
    if (await stat(word).catch(() => undefined)) {
      const model = await readModel(word);
      layers = alexNet({ ...model.architecture, classes: model.classes.length });
      trainable = options.trainable ?? (model.training.trainable as Trainable | undefined) ?? trainable;
    } else {
      layerName = word;
    }
  }
  layers ??= await freshLayers(options);
  if (layerName !== undefined && describeModule(layers, layerName) === undefined) {
    throw usageError(
      `Expected a model on disk or a layer but received '${printable(layerName)}'.`,
      `The layers are: ${moduleNames(layers).join(', ')}.`,
    );
  }
  return { layers, trainable, layerName };
}

async function freshLayers({ classes, weights }: NetworkOptions): Promise<Layer[]> {
  const layers = alexNet({ classes });
  const isFile = !['none', 'imagenet', 'imagenet-features'].includes(weights);
  // Only files are validated: named weights may have to be downloaded.
  if (isFile) {
    const { tensors } = await resolveWeights(weights, { ...silentContext, offline: true });
    matchStateDict(new Map(layers.flatMap(parameterShapes)), tensors, weights);
  }
  return layers;
}

/** The output shapes of all layers, channels first, from running them on zeros. */
async function outputShapes(layers: readonly Layer[]): Promise<Map<string, number[]>> {
  const engine = await openWasm();
  const network = new Network(layers, engine);
  const [n, channels, height, width] = inspectedInput;
  const shapes = new Map<string, number[]>();
  let x: tf.Tensor = tf.zeros([n, height, width, channels]);
  for (const [index, { name }] of layers.entries()) {
    const output = network.forward(x, { from: index, to: index + 1 });
    x.dispose();
    x = output;
    const [batch, h, w, c] = x.shape as [number, number, number, number];
    shapes.set(name, x.rank === 4 ? [batch, c, h, w] : [...x.shape]);
  }
  x.dispose();
  network.dispose();
  return shapes;
}
