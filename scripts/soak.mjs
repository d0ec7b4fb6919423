// Trains for long, and sees whether memory, open files, the engine's handles and the time of a step stay as they are:
//
//   node scripts/soak.mjs [--steps 10000] [--device cpu,wasm] [--real]
//
// By default a narrow network, with checkpoint and models written every 50 steps; `--real`: all of AlexNet (57 million
// parameters, `--steps 300` take a quarter of an hour). Prints a table, each row a tenth of the run. Wants the compiled
// tests (npm test, or npx tsc -p test).

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './processes.mjs';

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '10000' },
    device: { type: 'string', default: 'cpu,wasm' },
    real: { type: 'boolean', default: false },
  },
});
const { train } = await import(join(root, 'dist', 'commands', 'training', 'train.js'));
const { openEngine } = await import(join(root, 'dist', 'engine', 'openEngine.js'));
const { drawFolder } = await import(join(root, '.tests', 'data', 'drawnFolder.js'));
const { narrow } = await import(join(root, '.tests', 'commands', 'narrow.js'));

const steps = Number(values.steps);
const folder = mkdtempSync(join(tmpdir(), 'alexft-soak-'));
try {
  // 200 images to train on in batches of 4: 50 steps an epoch.
  const data = join(folder, 'images');
  await drawFolder(data, [110, 110]);
  for (const device of values.device.split(',')) await soak(device, data);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function soak(device, data) {
  const options = {
    ...{ data, device, out: join(folder, device), weights: 'none', trainable: 'all', noSetup: true },
    ...{ batchSize: 4, lr: 1e-6, valSplit: 20 / 220, epochs: Math.ceil(steps / 50), checkpointEvery: '50' },
  };
  const quiet = { onMessage: () => {}, onProgress: () => {}, hideNativeLog: true };
  const engine = await openEngine({ ...quiet, device, threads: undefined, setup: false });
  console.log(
    `\n${values.real ? 'AlexNet' : 'a narrow network'}, ${engine.description}, ${steps} steps of 4 images\n`,
  );
  console.log('| steps | highest RSS | open files | engine handles | median of a step | of a save |');
  console.log('|---:|---:|---:|---:|---:|---:|');
  let part = newPart();
  let last = performance.now();
  for await (const { event, step } of train(options, quiet, values.real ? {} : { widths: narrow })) {
    const now = performance.now();
    if (event === 'step') part.steps.push(now - last);
    if (event === 'checkpoint') part.saves.push(now - last);
    last = now;
    if (event !== 'step') continue;
    part.resident = Math.max(part.resident, process.memoryUsage.rss());
    part.files = Math.max(part.files, openFiles());
    part.handles.add(engine.handles());
    if (step % Math.ceil(steps / 10) !== 0) continue;
    const range = (numbers) =>
      numbers.size === 1 ? [...numbers][0] : [...numbers].sort((a, b) => a - b).join(', ');
    console.log(
      `| ${step} | ${(part.resident / 2 ** 20).toFixed(0)} MB | ${part.files} | ${range(part.handles)} | ` +
        `${median(part.steps).toFixed(1)} ms | ${part.saves.length > 0 ? `${median(part.saves).toFixed(0)} ms` : ''} |`,
    );
    part = newPart();
    last = performance.now();
  }
}

function newPart() {
  return { resident: 0, files: 0, handles: new Set(), steps: [], saves: [] };
}

function median(numbers) {
  return numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

function openFiles() {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0; // of Linux alone
  }
}
