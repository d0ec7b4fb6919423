// Where a training's batches come from: from pictures, or from features that are kept, in the cache and in memory.

import { randomUUID } from 'node:crypto';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { cacheFolder } from '../cacheFolder.js';
import { imageNetPreprocessing } from '../data/preprocessing.js';
import type { Engine } from '../engine/engine.js';
import { printable, reasonOf } from '../errors.js';
import { outputShape } from '../model/outputShape.js';
import { sizeOf } from '../model/stateDict.js';
import { bytesOfSize } from '../options/size.js';
import type { ResolvedTrainOptions } from '../options/trainOptions.js';
import type { BatchSource } from '../training/batchSource.js';
import { CachedRows } from '../training/features/cachedRows.js';
import { featureKey, openFeatureFolder } from '../training/features/featureCache.js';
import { type FeatureRows, MemoryRows, memoryForRows } from '../training/features/featureRows.js';
import { FeatureSource, featureLayer } from '../training/features/featureSource.js';
import { version } from '../version.js';
import type { CommandContext } from './context.js';
import type { StartingPoint } from './startingPoint.js';
import type { TrainingSet } from './trainingSet.js';

interface Training {
  readonly pictures: BatchSource;
  readonly start: Pick<StartingPoint, 'network' | 'first'>;
  readonly set: TrainingSet;
  readonly engine: Engine;
  readonly options: Pick<ResolvedTrainOptions, 'cacheLimit' | 'threads' | 'tf32'>;
}

interface KeptFeatures {
  readonly source: BatchSource;
  close(): Promise<void>;
}

/** The source that spares the most work: `pictures` themselves where the first layer is trained. */
export async function keptFeatures(training: Training, context: CommandContext): Promise<KeptFeatures> {
  const { pictures, start } = training;
  const layer = featureLayer(start.network.layers, start.first);
  if (layer === 0) return { source: pictures, close: async () => {} };
  const rows = await openRows(training, layer, context);
  return {
    source: new FeatureSource(pictures, start.network, layer, rows),
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
    const needed = 2 * set.paths.length * rowBytes; // as they are, and mirrored
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
      context.onMessage(`Features of ${rows.size} pictures and mirrored ones are in the cache.`);
    return rows;
  } catch (error) {
    onFailure(error);
    return overflow;
  }
}

/** Counts up when rows of earlier versions may be wrong: those of 1 could be of other pictures. */
const rowsVersion = 2;

/** All that may change a feature's bits beside the picture and the network: another engine rounds in another way. */
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
