// inspect --filters and --activations: the first layer's kernels, and the activations of every layer for one photo.

import { basename } from 'node:path';
import { printable } from '../core/errors.js';
import { openLoader } from '../data/openLoader.js';
import { inOrder } from '../data/sampler.js';
import { imageNetPreprocessing, type Preprocessing } from '../data/transforms/preprocessing.js';
import { activationSheet, photoSide } from '../drawing/activationSheet.js';
import { filterSheet } from '../drawing/filterSheet.js';
import { writeDrawnFile } from '../drawing/imageOutput.js';
import { fittedPhoto } from '../drawing/photo.js';
import { openWasm } from '../engine/wasm.js';
import { type Stage, strongestActivations } from '../model/activations.js';
import { alexNet, inputPadding } from '../model/alexnet.js';
import { firstFilters, firstFiltersName } from '../model/firstFilters.js';
import { initialState } from '../model/initialState.js';
import type { Layer } from '../model/layers.js';
import { Network } from '../model/network.js';
import type { StateDict } from '../model/stateDict.js';
import { MersenneTwister } from '../random/generator.js';
import { ImageSource, isEvent } from '../training/batchSource.js';
import { fitAlexNet } from '../weights/fitAlexNet.js';
import { modelOf, readModel } from '../weights/modelFile.js';
import { readWeightsFile, type WeightsFile } from '../weights/sources.js';

/** A network without its classifier, which some weights files lack. */
export interface FeatureNetwork {
  /** The model's path, the name of the weights, or `a fresh network`. */
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly tensors: StateDict;
  readonly preprocessing: Preprocessing;
}

export function freshFeatures(): FeatureNetwork {
  const layers = alexNet({ classes: 2 });
  const tensors = initialState(layers, new MersenneTwister(0));
  return {
    name: 'a fresh network',
    layers: featuresOf(layers),
    tensors,
    preprocessing: imageNetPreprocessing,
  };
}

export async function readModelFeatures(path: string): Promise<FeatureNetwork> {
  const { architecture, classes, tensors, preprocessing } = await readModel(path);
  const layers = alexNet({ ...architecture, classes: classes.length });
  return { name: path, layers: featuresOf(layers), tensors, preprocessing };
}

/** `name`: the weights' name for messages. */
export async function readWeightsFeatures(
  file: WeightsFile,
  name: string,
  onMessage: (message: string) => void,
): Promise<FeatureNetwork> {
  const { tensors, metadata, note } = await readWeightsFile(file);
  if (note !== undefined) onMessage(note);
  const { widths } = fitAlexNet(tensors, name);
  const model = metadata.producer === 'alexft' ? modelOf({ tensors, metadata }, name) : undefined;
  const preprocessing = model?.preprocessing ?? imageNetPreprocessing;
  return { name, layers: featuresOf(alexNet({ classes: 1, widths })), tensors, preprocessing };
}

const featuresOf = (layers: readonly Layer[]): Layer[] =>
  layers.filter((layer) => layer.name.startsWith('features.'));

/** Draws the kernels of the first convolution and returns their number and size. */
export async function drawFilters(
  { name, tensors }: FeatureNetwork,
  file: string,
): Promise<{ kernels: number; side: number }> {
  const kernels = firstFilters(tensors.get(firstFiltersName)!);
  const { count, side } = kernels;
  const caption = `features.0 of ${printable(name)}: ${count} kernels, ${side} × ${side}`;
  await writeDrawnFile(file, filterSheet(kernels, caption));
  return { kernels: count, side };
}

/** Draws the `count` channels of each layer with the strongest activations for `image`, and returns them. */
export async function drawActivations(
  { name, layers, tensors, preprocessing }: FeatureNetwork,
  image: string,
  count: number,
  file: string,
): Promise<Stage[]> {
  const photo = await fittedPhoto(image, image, photoSide, preprocessing);
  const engine = await openWasm();
  const network = new Network(layers, engine, tensors);
  await using loader = openLoader(engine, { preprocessing, border: inputPadding, workers: 1 });
  try {
    const stages: Stage[] = [];
    for await (const item of new ImageSource(loader, [image], String).batches([inOrder([0])])) {
      if (!isEvent(item)) stages.push(...strongestActivations(network, item.inputs, count));
    }
    const caption = [printable(basename(image)), `Activations of ${printable(name)}`];
    await writeDrawnFile(file, activationSheet(photo, caption, stages));
    return stages;
  } finally {
    network.dispose();
  }
}
