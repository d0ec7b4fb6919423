// A worker thread that looks at pictures: each is read once, and what is found out is sent on.

import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { readPictureFile } from '../pictureFile.js';
import { recognizeFormat } from '../pictureFormat.js';
import { createResizer } from '../resize.js';
import { UnreadablePicture } from '../unreadable.js';
import { glanceAt } from './glance.js';
import type { AuditWorkerSettings, PictureFacts, PictureFinding } from './inspectPictures.js';
import { odditiesOf } from './oddities.js';

const { paths, next } = workerData as AuditWorkerSettings;
const resize = createResizer();

/** sharp decodes outside this thread: while one picture is decoded, this thread looks at another. */
const picturesInFlight = 2;

async function inspect(path: string): Promise<PictureFacts> {
  const bytes = await readPictureFile(path);
  const sha256 = createHash('sha256').update(bytes).digest('base64');
  try {
    const format = recognizeFormat(bytes);
    const glance = await glanceAt(bytes, format, resize);
    const oddities = await odditiesOf(path, bytes, format, glance);
    const { width, height, look } = glance;
    return { bytes: bytes.length, sha256, picture: { width, height, oddities, look } };
  } catch (error) {
    if (!(error instanceof UnreadablePicture)) throw error;
    return { bytes: bytes.length, sha256, unreadable: error.message };
  }
}

async function lane(): Promise<void> {
  for (let index = claim(); index < paths.length; index = claim()) {
    const facts = await inspect(paths[index]!).catch((error: unknown) => {
      if (!(error instanceof UnreadablePicture)) throw error;
      return { unreadable: error.message };
    });
    parentPort!.postMessage({ index, facts } satisfies PictureFinding);
  }
}

/** All workers take pictures from the same list, one at a time. */
const claim = () => Atomics.add(next, 0, 1);

await Promise.all(Array.from({ length: picturesInFlight }, lane));
