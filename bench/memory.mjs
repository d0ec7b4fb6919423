// How far the estimate of memory (src/training/memoryNeed.ts) is from what a process takes at its largest. Each case is
// a process of its own, one epoch of AlexNet; Linux only.
//
//   node bench/memory.mjs ../shared/data/PetImages                  all cases, half an hour
//   node bench/memory.mjs ../shared/data/PetImages cpu,all,64,160   some: device, layers, batch size, images

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { linkPhotos } from './links.mjs';

const dist = new URL('../dist/', import.meta.url);
const usual =
  'cpu,all,16,40 cpu,all,32,80 cpu,all,64,160 cpu,all,128,320 cpu,all,256,640 cpu,all,512,640 ' +
  'cpu,features.8,128,320 cpu,classifier,32,80 cpu,classifier,128,320 cpu,classifier,512,1200 ' +
  'cpu,nothing,64,640 cpu,nothing,256,640 cpu,nothing,600,640 cpu,nothing,1200,1200 ' +
  'wasm,all,8,40 wasm,all,32,80 wasm,all,64,80 wasm,all,128,160 wasm,classifier,16,40 wasm,classifier,256,320 ' +
  'wasm,nothing,64,160 wasm,nothing,160,160';

/** In a process of its own: trains (or, for `nothing`, evaluates), and prints the most that it took. */
async function take(data, device, trainable, batchSize, out) {
  const common = { data, device, batchSize: Number(batchSize), noSetup: true };
  if (trainable === 'nothing') {
    const { evaluate } = await import(new URL('commands/models/evaluate.js', dist).href);
    await evaluate({ ...common, model: out });
  } else {
    const { train } = await import(new URL('commands/training/train.js', dist).href);
    const options = {
      ...common,
      trainable,
      weights: 'none',
      epochs: 1,
      cacheLimit: '0',
      valSplit: 0.05,
      maxBad: 1,
      out,
      force: true,
    };
    for await (const _ of train(options));
  }
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'));
  console.log(Number(kilobytes) * 1024);
  process.exit(0);
}

async function compare(photos, cases) {
  const { memoryNeed } = await import(new URL('training/memoryNeed.js', dist).href);
  const { featureLayer } = await import(new URL('training/features/featureSource.js', dist).href);
  const { alexNet, firstTrainable } = await import(new URL('model/alexnet.js', dist).href);
  const layers = alexNet({ classes: 2 });
  const folder = mkdtempSync(join(tmpdir(), 'alexft-memory-'));
  const own = (...words) =>
    execFileSync(process.execPath, [fileURLToPath(import.meta.url), '--take', ...words], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  try {
    console.log('| device | trained | batch | images | measured, MB | estimate, MB | off by |');
    console.log('|---|---|---:|---:|---:|---:|---:|');
    for (const each of cases) {
      const [device, trainable, batch, images] = each.split(',');
      const data = join(folder, images);
      if (!existsSync(data)) await linkPhotos(photos, data, Number(images)); // or it is from a case before
      const model = join(folder, 'model');
      if (trainable === 'nothing') own(join(folder, images), 'cpu', 'classifier', '32', model);
      const peak = Number(
        own(data, device, trainable, batch, trainable === 'nothing' ? model : join(folder, 'run')),
      );
      const first = trainable === 'nothing' ? 0 : firstTrainable(layers, trainable);

      const training = {
        first,
        cachedAt: featureLayer(layers, first),
        cachedLimit: Number.POSITIVE_INFINITY,
        rowsPerImage: 2,
        optimizer: { optimizer: 'adam', momentum: 0, weightDecay: 0 },
      };
      const estimate = memoryNeed({
        layers,
        batchSize: Number(batch),
        images: Number(images),
        wasm: device === 'wasm',
        ...(trainable !== 'nothing' && { training }),
      }).process;
      const off = `${estimate > peak ? '+' : ''}${(100 * (estimate / peak - 1)).toFixed(0)}%`;
      const megabytes = (bytes) => Math.round(bytes / 1e6).toLocaleString('en');
      console.log(
        `| ${device} | ${trainable} | ${batch} | ${images} | ${megabytes(peak)} | ${megabytes(estimate)} | ${off} |`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const [first, ...rest] = process.argv.slice(2);
if (first === '--take') await take(...rest);
else await compare(first, rest.length > 0 ? rest : usual.split(' '));
