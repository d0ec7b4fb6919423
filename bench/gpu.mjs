// npm run gpu: what alexft does on an NVIDIA GPU, beside PyTorch on the same one, without a network.
//
//   npm run gpu -- --data DIR --out DIR [--python PYTHON] [--device cuda] [--minutes N] [--only STEP,STEP] [--quick]
//
// Needs the engines (alexft setup --device cuda, alexft setup --device cpu) and the weights (alexft weights fetch
// imagenet-features). Writes gpu.json and gpu.md into --out, again after every step, and each step's output into logs/.
// The most important steps come first; those that --minutes leaves no time for are skipped. --quick takes small batches
// and few steps, and --device cpu tries the steps without a GPU. Exit code 1 where a step failed.

import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { pageOf } from './gpu/page.mjs';
import { steps } from './gpu/steps.mjs';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    out: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    device: { type: 'string', default: 'cuda' },
    minutes: { type: 'string', default: '60' },
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
});
if (values.data === undefined || values.out === undefined) {
  console.error('Name a folder of photos and one for the results: npm run gpu -- --data DIR --out DIR');
  process.exit(2);
}
const out = resolve(values.out);
const chosen = steps.filter(({ name }) => !values.only || values.only.split(',').includes(name));
const end = performance.now() + 60_000 * Number(values.minutes);
const lab = { ...values, data: resolve(values.data), out, results: {}, deadline: end };
await mkdir(join(out, 'logs'), { recursive: true });

const report = {
  schema: 1,
  date: new Date().toISOString(),
  device: values.device,
  cpu: cpus()[0]?.model ?? '',
  cores: cpus().length,
  memory: totalmem(),
  node: process.version,
  steps: [],
};
for (const { name, title, run } of chosen) {
  const start = performance.now();
  const done = start > end ? { state: 'skipped' } : await attempt(name, run);
  const seconds = (performance.now() - start) / 1000;
  report.steps.push({ name, title, seconds, ...done });
  process.stderr.write(`${name}: ${done.state}, ${seconds.toFixed(0)} s\n`);
  await writeFile(join(out, 'gpu.json'), `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(join(out, 'gpu.md'), pageOf(report));
}
if (report.steps.some(({ state }) => state === 'failed')) process.exitCode = 1;

/** The later steps read the results of the earlier ones in `lab.results`. */
async function attempt(name, run) {
  try {
    const result = await run(lab);
    lab.results[name] = result;
    return { state: 'done', result };
  } catch (error) {
    return { state: 'failed', error: String(error.message).slice(-2000) };
  }
}
