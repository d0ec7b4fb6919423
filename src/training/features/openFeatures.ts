// Where a training's batches come from: from images, or from features that are kept, in the cache and in memory.

import { randomUUID } from 'node:crypto';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { CommandContext } from '../../core/context.js';
import { printable, reasonOf } from '../../core/errors.js';
import { bytesOfSize } from '../../core/formatting.js';
import { version } from '../../core/version.js';
import type { TrainingSet } from '../../data/dataset.js';
import { imageNetPreprocessing } from '../../data/transforms/preprocessing.js';
import { transformCount } from '../../data/transforms/transform.js';
import type { Engine } from '../../engine/engine.js';
import { cacheFolder } from '../../io/cacheFolder.js';
import { outputShape } from '../../model/outputShape.js';
import { sizeOf } from '../../model/stateDict.js';
import type { ResolvedTrainOptions } from '../../options/trainOptions.js';
import type { StartingPoint } from '../../trainer/createTrainer.js';
import type { BatchSource } from '../batchSource.js';
import { CachedRows } from './cachedRows.js';
import { featureKey, openFeatureFolder } from './featureCache.js';
import { type FeatureRows, MemoryRows, memoryForRows } from './featureRows.js';
import { FeatureSource, featureLayer } from './featureSource.js';

interface Training {
  readonly images: BatchSource;
  readonly start: Pick<StartingPoint, 'network' | 'first'>;
  readonly set: TrainingSet;
  readonly engine: Engine;
  readonly options: Pick<ResolvedTrainOptions, 'augment' | 'cacheLimit' | 'threads' | 'tf32'>;
}

interface KeptFeatures {
  readonly source: BatchSource;
  close(): Promise<void>;
}

/** The source that spares the most work: `images` themselves where the first layer is trained. */
export async function keptFeatures(training: Training, context: CommandContext): Promise<KeptFeatures> {
  const { images, start } = training;
  const layer = featureLayer(start.network.layers, start.first);
  if (layer === 0) return { source: images, close: async () => {} };
  const rows = await openRows(training, layer, context);
  return {
    source: new FeatureSource(images, start.network, layer, rows),
    close: () => rows.close(),
  };
}

async function openRows(training: Training, layer: number, context: CommandContext): Promise<FeatureRows> {
  const { start, set, options } = training;
  const overflow = new MemoryRows(memoryForRows()); // for what has no room in the cache
  const limit = options.cacheLimit === undefined ? undefined : bytesOfSize(options.cacheLimit);
  if (limit === 0) return overflow;

  const features = join(cacheFolder(), 'features');
  const onFailure = (error: unknown) => {
    context.onMessage(`Features can't be kept in '${printable(features)}': ${printable(reasonOf(error))}`);
  };
  const rowBytes = sizeOf(outputShape(start.network.layers, layer)) * Float32Array.BYTES_PER_ELEMENT;
  try {
    const key = featureKey(start.network, layer, circumstancesOf(training));
    const needed = transformCount(options.augment) * set.paths.length * rowBytes;
    const { folder, room } = await openFeatureFolder(features, key, { needed, limit });
    const name = `${process.pid}-${randomUUID().slice(0, 8)}`;
    const rows = await CachedRows.open({
      folder,
      name,
      files: set.files,
      rowBytes,
      room,
      overflow,
      onFailure,
    });
    if (rows.size > 0)
      context.onMessage(`Features of ${rows.size} images and mirrored ones are in the cache.`);
    return rows;
  } catch (error) {
    onFailure(error);
    return overflow;
  }
}

/** Counts up when rows of earlier versions may be wrong: those of 1 could be of other images. */
const rowsVersion = 2;

/** All that may change a feature's bits beside the image and the network: another engine rounds in another way. */
const circumstancesOf = ({ engine, options }: Training): object => ({
  alexft: version,
  rows: rowsVersion,
  decoder: sharp.versions,
  preprocessing: imageNetPreprocessing,
  device: engine.device,
  engine: engine.description,
  gpu: engine.gpu,
  threads: options.threads ?? availableParallelism(),
  tf32: options.tf32,
  cpu: cpus()[0]?.model,
});
