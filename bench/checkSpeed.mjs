// Compares the duration of `alexft check` with that of decoding alone, on links to the same photos: alternating, each
// in its own process, with one thread per core.
//
//   node bench/checkSpeed.mjs ../shared/data/PetImages 25000 3      photos, number of links to them, rounds

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { linkPhotos } from './links.mjs';

const dist = new URL('../dist/', import.meta.url);

/** Runs in its own process. Decodes every file, two at a time per thread, as check does. */
async function decodeAll(folder) {
  const paths = readdirSync(folder).flatMap((name) =>
    readdirSync(join(folder, name)).map((file) => join(folder, name, file)),
  );
  const code = `
    import { workerData } from 'node:worker_threads';
    const { decodeImage } = await import(${JSON.stringify(new URL('data/decode.js', dist).href)});
    const { paths, next } = workerData;
    const lane = async () => {
      for (let i = Atomics.add(next, 0, 1); i < paths.length; i = Atomics.add(next, 0, 1)) {
        await decodeImage(paths[i]).catch(() => {});
      }
    };
    await Promise.all([lane(), lane()]);`;
  const workerData = { paths, next: new Int32Array(new SharedArrayBuffer(4)) };
  const url = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
  await Promise.all(
    Array.from({ length: availableParallelism() }, () => {
      const worker = new Worker(url, { workerData });
      return new Promise((done, failed) => worker.once('exit', done).once('error', failed));
    }),
  );
}

function seconds(args) {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1e9 });
  if (status !== 0) throw new Error(stderr);
  return (performance.now() - start) / 1000;
}

const [first, second, rounds = '3'] = process.argv.slice(2);
if (first === '--decode') await decodeAll(second);
else {
  const folder = mkdtempSync(join(tmpdir(), 'alexft-check-'));
  try {
    await linkPhotos(first, folder, Number(second));
    for (let round = 1; round <= Number(rounds); round++) {
      const decoding = seconds([fileURLToPath(import.meta.url), '--decode', folder]);
      const checking = seconds([
        fileURLToPath(new URL('bin.js', dist)),
        'check',
        '--data',
        folder,
        '--quiet',
      ]);
      const ratio = (checking / decoding).toFixed(2);
      console.log(`decoding ${decoding.toFixed(1)} s, check ${checking.toFixed(1)} s: ${ratio} times`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
