// The best model of a run, in a network that has trained on.

import { fromTorch } from '../model/layout.js';
import type { Network } from '../model/network.js';
import { readModel } from '../weights/modelFile.js';

/** Replaces the parameters of `network` with those of the best model of the run in `folder`. */
export async function loadBest(folder: string, network: Network): Promise<void> {
  const { tensors } = await readModel(folder);
  for (const [name, parameter] of network.parameters) parameter.assign(fromTorch(tensors.get(name)!).data);
}
