// Worker thread of `inspectImages`: reads and decodes images and posts what it finds.

import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { recognizeFormat } from '../data/formats/imageFormat.js';
import { readImageFile } from '../data/imageFile.js';
import { withDecoded } from '../data/pixelBudget.js';
import { createResizer } from '../data/transforms/resize.js';
import { UnreadableImage } from '../data/unreadable.js';
import { hashImage } from './imageHash.js';
import type { AuditWorkerSettings, ImageFacts, ImageFinding } from './inspectImages.js';
import { odditiesOf } from './oddities.js';

const { paths, next, budget } = workerData as AuditWorkerSettings;
const resize = createResizer();

/** sharp decodes outside this thread, which meanwhile hashes another image. */
const imagesInFlight = 2;

async function inspect(path: string): Promise<ImageFacts> {
  const bytes = await readImageFile(path);
  const sha256 = createHash('sha256').update(bytes).digest('base64');
  try {
    const image = await withDecoded(bytes, { budget }, async (decoded) => {
      const oddities = await odditiesOf(path, bytes, recognizeFormat(bytes), decoded);
      const { width, height } = decoded;
      return { width, height, oddities, hash: hashImage(decoded, resize) };
    });
    return { bytes: bytes.length, sha256, image };
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

/** All workers take paths from the same list. */
const claim = () => Atomics.add(next, 0, 1);

await Promise.all(Array.from({ length: imagesInFlight }, lane));
