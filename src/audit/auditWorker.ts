// A worker thread that looks at images: each is read once, and what is found out is sent on.

import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { recognizeFormat } from '../data/formats/imageFormat.js';
import { readImageFile } from '../data/imageFile.js';
import { createResizer } from '../data/transforms/resize.js';
import { UnreadableImage } from '../data/unreadable.js';
import { glanceAt } from './glance.js';
import type { AuditWorkerSettings, ImageFacts, ImageFinding } from './inspectImages.js';
import { odditiesOf } from './oddities.js';

const { paths, next } = workerData as AuditWorkerSettings;
const resize = createResizer();

/** sharp decodes outside this thread: while one image is decoded, this thread looks at another. */
const imagesInFlight = 2;

async function inspect(path: string): Promise<ImageFacts> {
  const bytes = await readImageFile(path);
  const sha256 = createHash('sha256').update(bytes).digest('base64');
  try {
    const format = recognizeFormat(bytes);
    const glance = await glanceAt(bytes, format, resize);
    const oddities = await odditiesOf(path, bytes, format, glance);
    const { width, height, look } = glance;
    return { bytes: bytes.length, sha256, image: { width, height, oddities, look } };
  } catch (error) {
    if (!(error instanceof UnreadableImage)) throw error;
    return { bytes: bytes.length, sha256, unreadable: error.message };
  }
}

async function lane(): Promise<void> {
  for (let index = claim(); index < paths.length; index = claim()) {
    const facts = await inspect(paths[index]!).catch((error: unknown) => {
      if (!(error instanceof UnreadableImage)) throw error;
      return { unreadable: error.message };
    });
    parentPort!.postMessage({ index, facts } satisfies ImageFinding);
  }
}

/** All workers take images from the same list, one at a time. */
const claim = () => Atomics.add(next, 0, 1);

await Promise.all(Array.from({ length: imagesInFlight }, lane));
