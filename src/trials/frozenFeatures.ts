// The images of a dataset as features of frozen, pretrained convolutions: cached on the disk, as in a training.

import { type Context, mayFetch } from '../core/context.js';
import { Resources } from '../core/resources.js';
import type { TrainingSet } from '../data/dataset/dataset.js';
import { openLoader } from '../data/openLoader.js';
import { imageNetPreprocessing } from '../data/transforms/preprocessing.js';
import type { Device } from '../engine/device.js';
import type { Engine } from '../engine/engine.js';
import { openEngine } from '../engine/openEngine.js';
import type { Precision } from '../engine/precision.js';
import { alexNet, inputPadding } from '../model/alexnet.js';
import { Network } from '../model/network.js';
import { type BatchSource, ImageSource } from '../training/batchSource.js';
import { featureLayer } from '../training/features/featureSource.js';
import { openFeatures } from '../training/features/openFeatures.js';
import { imagenetFeatures } from '../weights/namedWeights.js';
import { resolveWeights } from '../weights/sources.js';

export interface FrozenOptions {
  readonly device: Device;
  readonly threads: number | undefined;
  readonly workers: number | undefined;
  readonly precision: Precision;
  readonly noSetup: boolean;
}

interface FrozenFeatures extends AsyncDisposable {
  readonly engine: Engine;
  /** Batches of features, [n, length]. */
  readonly source: BatchSource;
}

/** Opens an engine with the convolutions of `imagenet-features`. */
export async function openFrozenFeatures(
  dataset: TrainingSet,
  options: FrozenOptions,
  context: Context,
): Promise<FrozenFeatures> {
  const resources = new Resources();
  try {
    const engine = await openEngine({ ...context, ...options, setup: mayFetch(options) });
    const weights = await resolveWeights(imagenetFeatures.name, { ...context, offline: !mayFetch(options) });
    const all = alexNet({ classes: dataset.classes.length });
    const layers = all.slice(0, featureLayer(all, all.length));
    const network = new Network(layers, engine, weights.tensors);
    resources.add(() => network.dispose());
    const loader = openLoader(engine, {
      preprocessing: imageNetPreprocessing,
      border: inputPadding,
      images: dataset.paths.length,
      workers: options.workers,
    });
    resources.add(() => loader[Symbol.asyncDispose]());
    const images = new ImageSource(loader, dataset.paths, (index) => dataset.names[index]!);
    const usual = {
      augment: 'none',
      views: undefined,
      mixup: undefined,
      resize: 'squash',
      exif: false,
    } as const;
    const config = { ...options, ...usual, cacheLimit: undefined };
    const first = layers.length;
    const features = await openFeatures({ images, network, first, dataset, engine, config }, context);
    resources.add(() => features.close());
    return { engine, source: features.source, [Symbol.asyncDispose]: () => resources[Symbol.asyncDispose]() };
  } catch (error) {
    await resources[Symbol.asyncDispose]();
    throw error;
  }
}
