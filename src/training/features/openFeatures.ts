// The batches of a training: images, or features that are cached on the disk and in memory.

import { randomUUID } from 'node:crypto';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Context } from '../../core/context.js';
import { printable, reasonOf } from '../../core/errors.js';
import { bytesOfSize } from '../../core/formatting.js';
import { counted } from '../../core/text.js';
import { version } from '../../core/version.js';
import { isEndless, type TransformOptions, transformCount } from '../../data/augmentation/transform.js';
import type { TrainingSet } from '../../data/dataset/dataset.js';
import { type PreprocessingOptions, preprocessingOf } from '../../data/transforms/preprocessing.js';
import type { Engine } from '../../engine/engine.js';
import { cacheFolder } from '../../io/cacheFolder.js';
import type { Network } from '../../model/network.js';
import { outputShape } from '../../model/outputShape.js';
import { sizeOf } from '../../model/stateDict.js';
import type { BatchSource } from '../batchSource.js';
import type { TrainConfig } from '../config.js';
import { CachedRows } from './cachedRows.js';
import { featureKey, makeFeatureFolder, makeRoom } from './featureCache.js';
import { type FeatureRows, MemoryRows, memoryForRows } from './featureRows.js';
import { FeatureSource, featureLayer } from './featureSource.js';

interface Training {
  readonly images: BatchSource;
  readonly network: Network;
  /** The index of the first trained layer. */
  readonly first: number;
  readonly dataset: TrainingSet;
  readonly engine: Engine;
  readonly config: Pick<
    TrainConfig,
    'cacheLimit' | 'mixup' | keyof PreprocessingOptions | keyof TransformOptions | 'threads'
  >;
  /** Ranks on this machine that store features, too. Default: 1. */
  readonly processes?: number | undefined;
}

interface Features {
  readonly source: BatchSource;
  close(): Promise<void>;
}

/** A source of cached features; `images` itself where the first layer is trained. */
export async function openFeatures(training: Training, context: Context): Promise<Features> {
  const { images, network, first } = training;
  const layer = featureLayer(network.layers, first);
  if (layer === 0) return { source: images, close: async () => {} };
  const rows = await openRows(training, layer, context);
  const { config } = training;
  if (config.mixup !== undefined) context.onMessage(mixupWarning);
  else if (isEndless(config)) context.onMessage(endlessWarning(config));
  return {
    source: new FeatureSource(images, network, layer, isEndless(config) ? withoutRandom(rows) : rows),
    close: () => rows.close(),
  };
}

const endlessWarning = ({ augment }: TransformOptions): string =>
  `--augment ${augment} gives each image another view in every epoch, so the frozen layers run on all images in ` +
  'every epoch. --views 4 would cache four views of each image instead.';

const mixupWarning =
  '--mixup mixes other images in every epoch, so the frozen layers run on all images in every epoch.';

/** Stores no rows of random transforms, which would fill the cache and not be read again. */
const withoutRandom = (rows: FeatureRows): FeatureRows => ({
  has: (sample) => rows.has(sample),
  read: (sample, row) => rows.read(sample, row),
  put: async (samples, values) => {
    if (!samples.some(({ transform }) => transform.random)) await rows.put(samples, values);
  },
  close: () => rows.close(),
});

async function openRows(training: Training, layer: number, context: Context): Promise<FeatureRows> {
  const { network, dataset, config } = training;
  const overflow = new MemoryRows(memoryForRows(training.processes)); // for rows beyond the cache's limit
  const limit = config.cacheLimit === undefined ? undefined : bytesOfSize(config.cacheLimit);
  if (limit === 0) return overflow;

  const features = join(cacheFolder(), 'features');
  const onFailure = (error: unknown) => {
    context.onMessage(`Features can't be cached in '${printable(features)}': ${printable(reasonOf(error))}`);
  };
  const rowBytes = sizeOf(outputShape(network.layers, layer)) * Float32Array.BYTES_PER_ELEMENT;
  try {
    const key = featureKey(network, layer, circumstancesOf(training));
    const needed = transformCount(config) * dataset.paths.length * rowBytes;
    const name = `${process.pid}-${randomUUID().slice(0, 8)}`;
    const rows = await CachedRows.open({
      folder: await makeFeatureFolder(features, key),
      name,
      files: dataset.files,
      rowBytes,
      makeRoom: ({ segments, bytes }) =>
        makeRoom(features, { needed: needed - bytes, limit, used: segments }),
      overflow,
      onFailure,
    });
    const { images } = rows;
    if (images > 0) {
      context.onMessage(
        `Features of ${images} of ${counted(dataset.paths.length, 'image')} are in the cache.`,
      );
    }
    return rows;
  } catch (error) {
    onFailure(error);
    return overflow;
  }
}

/** Increases when rows of earlier versions may be wrong: rows of version 1 could belong to other images. */
const rowsVersion = 2;

/** All that can change a feature's bits beside the image and the network: engines round differently. */
const circumstancesOf = ({ engine, config }: Training): object => ({
  alexft: version,
  rows: rowsVersion,
  decoder: sharp.versions,
  preprocessing: preprocessingOf(config),
  device: engine.device,
  engine: engine.description,
  gpu: engine.gpu && [engine.gpu.name, engine.gpu.computeCapability], // its free memory varies
  threads: config.threads ?? availableParallelism(),
  cpu: cpus()[0]?.model,
});
