// ImageNet's convolutions from ../shared, as `alexft weights fetch imagenet-features` would put them into the cache.

import { join } from 'node:path';
import type { StateDict } from '../../dist/model/stateDict.js';
import { keepFeatures } from '../../dist/weights/lpipsJax.js';
import { readSafetensors } from '../../dist/weights/safetensors/safetensors.js';
import { shared } from '../support.js';

const sharedFeatures = join(shared, 'models', 'alexnet-imagenet-features.safetensors');

/** Writes them into the cache that the environment names, and gives them. */
export async function keepSharedFeatures(): Promise<StateDict> {
  const { tensors } = await readSafetensors(sharedFeatures);
  const order = [0, 3, 6, 8, 10].flatMap((layer) => [`features.${layer}.weight`, `features.${layer}.bias`]);
  await keepFeatures(new Map(order.map((name) => [name, tensors.get(name)!])));
  return tensors;
}
