// A trained model, or weights that name classes, ready to look at images.

import { type CommandContext, mayFetch } from '../core/context.js';
import { dataError, usageError } from '../core/errors.js';
import { span } from '../core/spans.js';
import type { Device } from '../engine/device.js';
import type { Engine } from '../engine/engine.js';
import { openEngine } from '../engine/openEngine.js';
import { alexNet } from '../model/alexnet.js';
import { Network } from '../model/network.js';
import { newestModel } from '../run/runFolder.js';
import { requireMemoryForLook } from '../trainer/memoryCheck.js';
import { type Model, readModel } from '../weights/modelFile.js';
import { modelOfWeights, withoutClassifier } from '../weights/modelOfWeights.js';
import { imagenetFeatures } from '../weights/namedWeights.js';
import { exactWeights } from '../weights/sources.js';

export interface OpenModel {
  readonly engine: Engine;
  readonly network: Network;
  readonly model: Omit<Model, 'tensors'>;
}

interface ModelRequest {
  readonly model: string | undefined;
  readonly weights: string | undefined;
  readonly noSetup: boolean;
}

/** Opens the model, or the weights, that are named; else the newest model. To look at so many `images`. */
export async function openModel(
  options: ModelRequest & { device: Device; threads: number | undefined; batchSize: number },
  images: number,
  context: CommandContext,
): Promise<OpenModel> {
  const { tensors, ...model } = await span('read the model', 'files', () => modelMeant(options, context));
  const engine = await openEngine({ ...context, ...options, setup: mayFetch(options) });
  const layers = alexNet({ ...model.architecture, classes: model.classes.length });
  requireMemoryForLook(engine, { layers, batchSize: options.batchSize, images }, context);
  const network = span('make the network', 'other', () => new Network(layers, engine, tensors));
  return { engine, network, model };
}

async function modelMeant(options: ModelRequest, context: CommandContext): Promise<Model> {
  if (options.weights === undefined) return await namedOrNewest(options.model, context);
  if (options.model !== undefined) {
    throw usageError('--model and --weights are both given.', 'Name a model or weights, not both.');
  }
  if (options.weights === 'none') {
    throw usageError(
      '--weights none names no classes.',
      'Give imagenet, or a weights file with a classifier.',
    );
  }
  if (options.weights === imagenetFeatures.name) throw withoutClassifier(options.weights); // and fetch nothing
  const weights = await exactWeights(options.weights, { ...context, offline: !mayFetch(options) });
  const { model, note } = modelOfWeights(weights);
  if (note !== undefined) context.onMessage(note);
  return model;
}

/** The model at `given`, or the latest complete run under `models/`, saying which one that is. */
async function namedOrNewest(given: string | undefined, context: CommandContext): Promise<Model> {
  const path = given ?? (await newestModel());
  if (path === undefined) {
    throw dataError(
      'There is no complete run under models/ in this folder.',
      'Name a model with --model, or train one: alexft train --data DIR',
    );
  }
  if (given === undefined) context.onMessage(`Using the newest model, ${path}`);
  return await readModel(path);
}

/** A look at so many `images`, for its memory. */
export const lookOf = (
  { layers }: Network,
  { device }: Engine,
  { batchSize }: { batchSize: number },
  images: number,
) => ({ layers, batchSize, images, wasm: device === 'wasm' });
