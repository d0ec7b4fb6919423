// Whose filters and activations are drawn: a model's, those of weights, or those of a fresh network.

import { stat } from 'node:fs/promises';
import type { CommandContext } from '../core/context.js';
import { printable, usageError } from '../core/errors.js';
import { imageNetPreprocessing, type Preprocessing } from '../data/transforms/preprocessing.js';
import { alexNet } from '../model/alexnet.js';
import { initialState } from '../model/initialState.js';
import type { Layer } from '../model/layers.js';
import type { StateDict } from '../model/stateDict.js';
import type { InspectOptions } from '../options/modelOptions.js';
import { MersenneTwister } from '../random/generator.js';
import { newestModel } from '../run/runFiles.js';
import { fitAlexNet } from '../weights/fitAlexNet.js';
import { modelOf, readModel } from '../weights/modelFile.js';
import { readCheckpoint } from '../weights/readWeights.js';
import { resolveWeightsFile } from '../weights/sources.js';

export interface ShownNetwork {
  /** The model's folder or file, the weights as they were named, or `a fresh network`. */
  readonly name: string;
  /** The features alone: a classifier is not needed, and not all weights have one. */
  readonly layers: readonly Layer[];
  readonly tensors: StateDict;
  readonly preprocessing: Preprocessing;
}

/**
 * The model that `words` names, else `weights`, else the newest model under `models/`, else a fresh network, whose
 * filters are noise, which is said. Fetches nothing.
 */
export async function shownNetwork(
  words: readonly string[],
  weights: InspectOptions['weights'] | undefined,
  context: CommandContext,
): Promise<ShownNetwork> {
  const [word, ...more] = words;
  if (more.length > 0) throw usageError(`One model is drawn at a time, not ${words.length}.`);
  if (word !== undefined && weights !== undefined) {
    throw usageError('A model and --weights are both given.', 'Name a model or weights, not both.');
  }
  if (word !== undefined && !(await stat(word).catch(() => undefined))) {
    throw usageError(
      `There is no model '${printable(word)}'.`,
      'Name the folder of a run, a model’s file, or weights with --weights.',
    );
  }
  if (weights !== undefined && weights !== 'none') return await networkOfWeights(weights);
  const model = word ?? (weights === undefined ? await newestModel() : undefined);
  if (model === undefined) {
    context.onMessage(
      'These are the first values of a fresh network, which are noise. Name a model, or try --weights imagenet-features.',
    );
    const layers = alexNet({ classes: 2 });
    const tensors = initialState(layers, new MersenneTwister(0));
    return shown('a fresh network', layers, tensors, imageNetPreprocessing);
  }
  if (word === undefined) context.onMessage(`Using the newest model, ${printable(model)}`);
  const { architecture, classes, tensors, preprocessing } = await readModel(model);
  return shown(model, alexNet({ ...architecture, classes: classes.length }), tensors, preprocessing);
}

async function networkOfWeights(name: string): Promise<ShownNetwork> {
  const { tensors, metadata } = await readCheckpoint(await resolveWeightsFile(name));
  const { widths } = fitAlexNet(tensors, name);
  const own = metadata.producer === 'alexft' ? modelOf({ tensors, metadata }, name) : undefined;
  const preprocessing = own?.preprocessing ?? imageNetPreprocessing;
  return shown(name, alexNet({ classes: 1, widths }), tensors, preprocessing);
}

const shown = (
  name: string,
  layers: readonly Layer[],
  tensors: StateDict,
  preprocessing: Preprocessing,
): ShownNetwork => ({
  name,
  layers: layers.filter((layer) => layer.name.startsWith('features.')),
  tensors,
  preprocessing,
});
