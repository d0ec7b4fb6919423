// bfloat16 beside float32 and PyTorch's autocast: the classifier's training from the same random numbers, with several
// seeds, and the labels of one class's photos by the last model.
//
//   node bench/precision.mjs --data DIR --python PYTHON [--seeds 5] [--epochs 2]
//
// Prints Markdown. Takes about 10 minutes on two cores for 2,000 photos.

import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { featuresPath } from '../dist/weights/lpipsJax.js';
import { requirePyTorch } from './pytorch.mjs';
import { median } from './speed/table.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    seeds: { type: 'string', default: '5' },
    epochs: { type: 'string', default: '2' },
  },
});
const { data, python } = options;
requirePyTorch(python);

const folder = await mkdtemp(join(tmpdir(), 'alexft-precision-'));
const run = join(folder, 'run');

const alexft = (...words) => [process.execPath, here('../dist/bin.js'), ...words, '--json', '--quiet'];
const trainingOf = {
  float32: (words) => alexft('train', ...words, ...torch, '--precision', 'float32'),
  bfloat16: (words) => alexft('train', ...words, ...torch, '--precision', 'bfloat16'),
  autocast: (words) => [python, here('notebook.py'), ...words, '--autocast'],
};
const torch = ['--reference', 'torch', '--no-report', '--cache-limit', '0', '--force', '--out', run];

function linesOf([command, ...words]) {
  const { status, stdout } = spawnSync(command, words, {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`${words.join(' ')} failed, for the reason above.`);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

try {
  const epochs = [];
  for (let seed = 0; seed < Number(options.seeds); seed++) {
    const common = ['--data', data, '--weights', featuresPath(), '--trainable', 'classifier'];
    const words = [...common, '--seed', String(seed), '--epochs', options.epochs];
    for (const side of Object.keys(trainingOf)) {
      const lines = linesOf(trainingOf[side](words));
      const own = lines.filter(({ epoch, valLoss }) => epoch && valLoss !== undefined);
      for (const line of own) epochs.push({ seed, side, ...line });
    }
  }
  console.log(lossTable(epochs));
  console.log(accuracyTable(epochs));
  console.log(await labelTable());
} finally {
  await rm(folder, { recursive: true });
}

function lossTable(epochs) {
  const rows = epochs
    .filter(({ side }) => side === 'float32')
    .map(({ seed, epoch }) => {
      const [float32, bfloat16, autocast] = Object.keys(trainingOf).map((side) =>
        epochs.find((each) => each.side === side && each.seed === seed && each.epoch === epoch),
      );
      const losses = [float32, bfloat16, autocast].flatMap(({ loss, valLoss }) => [loss, valLoss]);
      return [seed, epoch, ...losses.map((loss) => loss.toFixed(4))];
    });
  const sides = ['float32', 'bfloat16', 'PyTorch autocast'];
  return table(['seed', 'epoch', ...sides.flatMap((side) => [`${side}: loss`, `validation`])], rows);
}

/** Of the last epoch, over the seeds. */
function accuracyTable(epochs) {
  const rows = Object.keys(trainingOf).map((side) => {
    const last = epochs.filter((each) => each.side === side && each.epoch === Number(options.epochs));
    const accuracies = last.map(({ valAccuracy }) => 100 * valAccuracy);
    const mean = accuracies.reduce((sum, each) => sum + each, 0) / accuracies.length;
    return [
      side,
      mean.toFixed(2),
      Math.min(...accuracies).toFixed(1),
      median(accuracies).toFixed(1),
      Math.max(...accuracies).toFixed(1),
    ];
  });
  return table(['validation accuracy, %', 'mean', 'least', 'median', 'most'], rows);
}

/** The last model's labels for the photos of the first class, and the largest difference of a probability. */
async function labelTable() {
  const photos = join(data, (await readdir(data)).sort()[0]);
  const model = join(run, 'model.safetensors');
  const own = (precision) => linesOf(alexft('predict', photos, '--model', model, '--precision', precision));
  const rival = [here('speed/rivals.py'), 'predict', 'best', '--data', photos, '--weights', model];
  const sides = {
    float32: byFile(own('float32')),
    bfloat16: byFile(own('bfloat16')),
    autocast: byFile(linesOf([python, ...rival, '--autocast'])),
  };
  const rows = [
    ['bfloat16', 'float32'],
    ['autocast', 'float32'],
    ['bfloat16', 'autocast'],
  ].map(([one, other]) => {
    const files = [...sides[one].keys()];
    const pairs = files.map((file) => [sides[one].get(file), sides[other].get(file)]);
    const equal = pairs.filter(([a, b]) => a > 0.5 === b > 0.5).length;
    const furthest = Math.max(...pairs.map(([a, b]) => Math.abs(a - b)));
    return [`${one} and ${other}`, `${equal} of ${files.length}`, furthest.toFixed(4)];
  });
  return table(['labels', 'equal', 'largest difference of a probability'], rows);
}

/** The first class's probability by file name. */
function byFile(lines) {
  const read = lines.filter(({ probabilities }) => probabilities);
  return new Map(
    read.map(({ file, probabilities }) => [file.split('/').at(-1), Object.values(probabilities)[0]]),
  );
}

function table(head, rows) {
  const lines = [head, head.map((_, i) => (i === 0 ? '---' : '--:')), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
