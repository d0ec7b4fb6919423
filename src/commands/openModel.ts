// A trained model, ready to look at pictures.

import type { Engine } from '../engine/engine.js';
import { openEngine } from '../engine/openEngine.js';
import { dataError } from '../errors.js';
import { alexNet } from '../model/alexnet.js';
import { type Model, readModel } from '../model/modelFile.js';
import { Network } from '../model/network.js';
import type { Device } from '../options/engineOptions.js';
import { newestModel } from '../training/runFolder.js';
import { type CommandContext, mayFetch } from './context.js';

export interface OpenModel {
  readonly engine: Engine;
  readonly network: Network;
  readonly model: Omit<Model, 'tensors'>;
}

/** Opens the model that is named, or the latest complete run under `models/`, saying which one that is. */
export async function openModel(
  options: { model: string | undefined; device: Device; threads: number | undefined; noSetup: boolean },
  context: CommandContext,
): Promise<OpenModel> {
  const path = options.model ?? (await newestModel());
  if (path === undefined) {
    throw dataError(
      'There is no complete run under models/ in this folder.',
      'Name a model with --model, or train one: alexft train --data DIR',
    );
  }
  if (options.model === undefined) context.onMessage(`Using the newest model, ${path}`);
  const { tensors, ...model } = await readModel(path);
  const engine = await openEngine({ ...context, ...options, setup: mayFetch(options) });
  const layers = alexNet({ ...model.architecture, classes: model.classes.length });
  return { engine, network: new Network(layers, engine, tensors), model };
}
