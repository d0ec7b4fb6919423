// How fast the inputs of steps arrive, without an engine.

import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashFiles } from '../../dist/data/dataset/fileHash.js';
import { walkImages } from '../../dist/data/dataset/scan.js';
import { ImageLoader } from '../../dist/data/imageLoader.js';
import { chunksOf, inOrder } from '../../dist/data/sampler.js';
import { imageNetPreprocessing } from '../../dist/data/transforms/preprocessing.js';
import { CachedRows } from '../../dist/training/features/cachedRows.js';
import { MemoryRows } from '../../dist/training/features/featureRows.js';

const imagesOf = async ({ data, quick }) => (await walkImages(data)).files.slice(0, quick ? 200 : 2000);

/** Images that are decoded and resized to bytes, as for a GPU. */
export async function loaderRates(lab) {
  const paths = await imagesOf(lab);
  const rates = {};
  for (let workers = 1; workers <= availableParallelism(); workers *= 2) {
    const images = { preprocessing: imageNetPreprocessing, border: 2, normalize: (bytes) => bytes };
    const loader = new ImageLoader({ ...images, workers, ahead: true });
    const chunks = [...chunksOf(inOrder([...paths.keys()]), 64)];
    const start = performance.now();
    for await (const _ of loader.batches(chunks, paths));
    rates[workers] = (1000 * paths.length) / (performance.now() - start);
    await loader[Symbol.asyncDispose]();
  }
  return rates;
}

/** Rows of the frozen convolutions' output: in the files of the cache, which the system has in memory. */
export async function cachedRowRate(lab) {
  const paths = await imagesOf(lab);
  const length = 256 * 6 * 6;
  const folder = await mkdtemp(join(tmpdir(), 'alexft-rows-'));
  const rows = await CachedRows.open({
    folder,
    name: 'rows',
    files: await hashFiles(paths),
    rowBytes: 4 * length,
    makeRoom: async () => Number.POSITIVE_INFINITY,
    overflow: new MemoryRows(0),
    onFailure: (error) => {
      throw error;
    },
  });
  try {
    const samples = inOrder([...paths.keys()]);
    for (const chunk of chunksOf(samples, 64)) await rows.put(chunk, new Float32Array(chunk.length * length));
    const window = new Float32Array(512 * length);
    const start = performance.now();
    for (const chunk of chunksOf(samples, 512)) {
      const read = chunk.map((sample, i) => rows.read(sample, window.subarray(i * length, (i + 1) * length)));
      if ((await Promise.all(read)).includes(false)) throw new Error('A row that was stored is missing.');
    }
    return { 'rows per second': (1000 * paths.length) / (performance.now() - start) };
  } finally {
    await rows.close();
    await rm(folder, { recursive: true });
  }
}
