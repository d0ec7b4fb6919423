// The ImageNet convolutions from ../shared, cached as by `alexft weights fetch imagenet-features`.

import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { StateDict } from '../../dist/model/stateDict.js';
import { readSafetensors } from '../../dist/weights/formats/safetensors.js';
import { featuresPath, keepFeatures } from '../../dist/weights/lpipsJax.js';
import { shared } from '../support.js';

const sharedFeatures = join(shared, 'models', 'alexnet-imagenet-features.safetensors');

/** Writes them to the cache of the environment and returns them. */
export async function keepSharedFeatures(): Promise<StateDict> {
  const { tensors } = await readSafetensors(sharedFeatures);
  const order = [0, 3, 6, 8, 10].flatMap((layer) => [`features.${layer}.weight`, `features.${layer}.bias`]);
  await mkdir(dirname(featuresPath()), { recursive: true });
  await keepFeatures(new Map(order.map((name) => [name, tensors.get(name)!])));
  return tensors;
}
