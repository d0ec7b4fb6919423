// A worker thread that turns image files into what the network's first layer reads: decoded, resized,
// transformed, normalized, inside a border of zeros, in memory that the engine takes as it is; or into bytes that the
// engine normalizes.

import { parentPort, workerData } from 'node:worker_threads';
import { clock } from '../core/spans.js';
import { viewOf } from './augmentation/view.js';
import type { ImageJob, ImageJobDone, ImageWorkerSettings } from './imageWorkers.js';
import { withDecoded } from './pixelBudget.js';
import { erase, normalizationTables, writeBytes, writeNormalized } from './transforms/normalize.js';
import { createResizer } from './transforms/resize.js';
import { UnreadableImage } from './unreadable.js';

const { preprocessing, border, budget, maxPixels: limit } = workerData as ImageWorkerSettings;
const { size, mean, std, grey16, exif } = preprocessing;
const tables = normalizationTables(mean, std);
const resize = createResizer();
const side = size + 2 * border;

/** sharp decodes outside this thread: while one image is decoded, this thread resizes another. */
const imagesInFlight = 2;

parentPort!.on('message', async (job: ImageJob) => {
  const done: ImageJobDone = { id: job.id, times: [], unreadable: [], clipped: 0 };
  const lane = async () => {
    // All workers take rows of the same job, one at a time, until none is left.
    for (let row = claim(job); row < job.items.length; row = claim(job)) {
      const { source, transform } = job.items[row]!;
      try {
        const begin = clock();
        await withDecoded(source, { budget, grey16, exif, limit }, (image) => {
          const decoded = clock();
          const { rgb, flip, erased } = viewOf(resize, image, transform, preprocessing);
          if (job.images instanceof Uint8Array) {
            writeBytes(
              rgb,
              size,
              flip,
              job.images.subarray(row * size * size * 3, (row + 1) * size * size * 3),
            );
          } else {
            const target = job.images.subarray(row * side * side * 3, (row + 1) * side * side * 3);
            writeNormalized(rgb, size, flip, tables, target, border);
            if (erased) erase(target, erased, size, border);
          }
          if (image.clipped) done.clipped += 1;
          if (job.timed) done.times.push(begin, decoded, clock());
        });
      } catch (error) {
        if (!(error instanceof UnreadableImage)) throw error;
        done.unreadable.push({ row, reason: error.message });
      }
    }
  };
  await Promise.all(Array.from({ length: imagesInFlight }, lane));
  parentPort!.postMessage(done);
});

const claim = (job: ImageJob) => Atomics.add(job.nextRow, 0, 1);
