// A worker thread that turns picture files into what the network's first layer reads: decoded, resized, mirrored or
// not, normalized, inside a border of zeros, in memory that the engine takes as it is.

import { parentPort, workerData } from 'node:worker_threads';
import { clock } from '../spans.js';
import { decodePicture, UnreadablePicture } from './decode.js';
import { normalizationTables, writeNormalized } from './normalize.js';
import type { PictureJob, PictureJobDone, PictureWorkerSettings } from './pictureLoader.js';
import { createResizer } from './resize.js';

const { preprocessing, border } = workerData as PictureWorkerSettings;
const { size, mean, std } = preprocessing;
const tables = normalizationTables(mean, std);
const resize = createResizer();
const side = size + 2 * border;

/** sharp decodes outside this thread: while one picture is decoded, this thread resizes another. */
const picturesInFlight = 2;

parentPort!.on('message', async (job: PictureJob) => {
  const done: PictureJobDone = { id: job.id, times: [], unreadable: [] };
  const lane = async () => {
    // All workers take rows of the same job, one at a time, until none is left.
    for (let row = claim(job); row < job.pictures.length; row = claim(job)) {
      const { source, flip } = job.pictures[row]!;
      try {
        const begin = clock();
        const { data, width, height } = await decodePicture(source);
        const decoded = clock();
        const resized = resize(data, width, height, size, size);
        const target = job.images.subarray(row * side * side * 3, (row + 1) * side * side * 3);
        writeNormalized(resized, size, flip, tables, target, border);
        if (job.timed) done.times.push(begin, decoded, clock());
      } catch (error) {
        if (!(error instanceof UnreadablePicture)) throw error;
        done.unreadable.push({ row, reason: error.message });
      }
    }
  };
  await Promise.all(Array.from({ length: picturesInFlight }, lane));
  parentPort!.postMessage(done);
});

const claim = (job: PictureJob) => Atomics.add(job.nextRow, 0, 1);
