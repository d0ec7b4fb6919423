// npm run parity: the full AlexNet, here and in PyTorch, side by side: pixels, initial parameters, masks, logits,
// losses, gradients, optimizers, twenty steps of trainings, a model out. Exit code 1 where a tolerance is broken.
//
//   npm run parity -- --data DIR [--python PYTHON] [--device cpu,wasm] [--steps 20] [--wasm-steps 2] [--quick]
//                     [--markdown FILE]
//
// DIR has a folder of images a class. --quick takes 4 steps of 16 images instead of 20 of 32. The sides exchange
// files in a temporary folder (1 GB).

import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openEngine } from '../dist/engine/openEngine.js';
import { readSafetensors } from '../dist/weights/formats/safetensors.js';
import { makePlan } from './parity/plan.mjs';
import { drawnRows, firstLooks, optimizerRows, trainingRows } from './parity/rows.mjs';
import { holds, markdown } from './parity/table.mjs';
import { requirePyTorch } from './pytorch.mjs';

const say = (text) => process.stderr.write(`${text}\n`);
const options = readOptions();
const script = fileURLToPath(new URL('./parity/reference.py', import.meta.url));

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        data: { type: 'string' },
        python: { type: 'string', default: process.env.ALEXFT_PYTHON ?? 'python3' },
        device: { type: 'string', default: 'cpu,wasm' },
        steps: { type: 'string', default: '20' },
        // On one core, a step of the full network takes wasm many seconds.
        'wasm-steps': { type: 'string', default: '2' },
        quick: { type: 'boolean', default: false },
        markdown: { type: 'string' },
      },
    });
    const [steps, wasmSteps] = [values.quick ? 4 : Number(values.steps), Number(values['wasm-steps'])];
    if (!(steps >= 1 && wasmSteps >= 1)) throw new Error('--steps and --wasm-steps are numbers from 1 on.');
    if (values.data === undefined) throw new Error('Name a folder of photos: npm run parity -- --data DIR');
    return { ...values, steps, wasmSteps, batchSize: values.quick ? 16 : 32 };
  } catch (error) {
    say(error.message);
    process.exit(2);
  }
}

function python(...words) {
  const { status, stdout } = spawnSync(options.python, [script, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error("PyTorch's side failed, for the reason above.");
  return stdout;
}

/** PyTorch loads the model that alexft has just trained, and looks at the same photos. */
function* modelRows({ plan, folder }) {
  const { difference, labels } = JSON.parse(python(folder, join(folder, 'trained.safetensors')));
  yield { item: 'a trained model in PyTorch: labels', equal: labels, of: plan.looked.length };
  yield { item: 'a trained model in PyTorch: logits', found: difference, limit: 1e-4 };
}

/** All rows of one engine. */
async function measure(device, given) {
  const quiet = {
    setup: false,
    threads: undefined,
    hideNativeLog: true,
    onMessage: say,
    onProgress: () => {},
  };
  const engine = await openEngine({ device, ...quiet });
  const most = device === 'wasm' ? options.wasmSteps : Number.POSITIVE_INFINITY;
  const subject = { ...given, engine, steps: Math.min(given.plan.batches.length, most) };
  const rows = [];
  let since = performance.now();
  say(`${engine.description}:`);
  for (const part of [drawnRows, firstLooks, optimizerRows, trainingRows, modelRows]) {
    for await (const row of part(subject)) {
      const seconds = ((performance.now() - since) / 1000).toFixed(0);
      const figure = row.of === undefined ? row.found.toExponential(1) : `${row.equal} of ${row.of}`;
      say(`  ${row.item}: ${figure}${row.detail ? ` (${row.detail})` : ''}, ${seconds} s`);
      since = performance.now();
      rows.push(row);
    }
  }
  return rows;
}

async function compare(folder) {
  requirePyTorch(options.python);
  const start = performance.now();
  say('Decoding the photos ...');
  const { plan, hashes } = await makePlan(options.data, options);
  await writeFile(join(folder, 'plan.json'), JSON.stringify(plan));
  python(folder);
  const figures = JSON.parse(await readFile(join(folder, 'reference.json'), 'utf8'));
  const { tensors } = await readSafetensors(join(folder, 'reference.safetensors'));
  const { tensors: features } = await readSafetensors(plan.features);
  const columns = new Map();
  for (const device of options.device.split(',')) {
    columns.set(device, await measure(device, { plan, hashes, figures, tensors, features, folder }));
  }
  const table = markdown(columns);
  console.log(table);
  if (options.markdown) await writeFile(options.markdown, table);
  const broken = [...columns.values()].flat().filter((row) => !holds(row)).length;
  const minutes = ((performance.now() - start) / 60_000).toFixed(1);
  console.log(
    `${broken === 0 ? 'Every tolerance is kept' : `Broken tolerances: ${broken}`}; ${minutes} min.`,
  );
  if (broken > 0) process.exitCode = 1;
}

const folder = await mkdtemp(join(tmpdir(), 'alexft-parity-'));
try {
  await compare(folder);
} catch (error) {
  say(error.constructor === Error || error.name === 'UserError' ? error.message : error.stack);
  process.exitCode = 2;
} finally {
  await rm(folder, { recursive: true, force: true });
}
