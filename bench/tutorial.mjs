// npm run tutorial: the lesson's trainings in PyTorch (bench/notebook.py, in both of its memory layouts and on one
// thread) and in alexft (--reference torch), epoch by epoch side by side. How far PyTorch's own ways are apart is how
// far rounding alone can lead.
//
//   npm run tutorial -- --data DIR --python PYTHON [--only scratch,all,classifier] [--keep DIR] [--markdown FILE]
//
// Takes about half an hour on two cores for 2,000 photos. --keep names a folder for what each training printed; one
// that is there already is not run again, so that a broken-off comparison continues.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { featuresPath } from '../dist/weights/lpipsJax.js';
import { versionsOf } from './pytorch.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const say = (text) => process.stderr.write(`${text}\n`);

const options = readOptions();

/** The lesson's three trainings. Its third, `classifier.6` alone, needs weights that only torchvision's file has. */
const trainings = [
  { name: 'scratch', title: 'from scratch, all layers', weights: false, trainable: 'all', epochs: 5 },
  { name: 'all', title: 'ImageNet’s convolutions, all layers', weights: true, trainable: 'all', epochs: 2 },
  {
    name: 'classifier',
    title: 'ImageNet’s convolutions, only the classifier trained',
    weights: true,
    trainable: 'classifier',
    epochs: 2,
  },
];

/** The three sides of a training: how each is run. */
function sides({ weights, trainable, epochs }, out) {
  const common = ['--data', options.data, '--trainable', trainable, '--epochs', String(epochs)];
  const notebook = [here('notebook.py'), ...common, ...(weights ? ['--weights', featuresPath()] : [])];
  const own = [...common, '--weights', weights ? 'imagenet-features' : 'none', '--reference', 'torch'];
  return {
    torch: [options.python, ...notebook],
    channelsLast: [options.python, ...notebook, '--channels-last'],
    oneThread: [options.python, ...notebook, '--threads', '1'],
    alexft: [process.execPath, here('../dist/bin.js'), 'train', ...own, '--json', '--quiet', '--out', out],
  };
}

async function outputOf(folder, training, side) {
  const file = join(folder, `${training.name}.${side}.jsonl`);
  if (!existsSync(file)) {
    const [command, ...words] = sides(training, join(folder, training.name))[side];
    say(`${training.title}: ${side} ...`);
    const { status, stdout } = spawnSync(command, words, {
      stdio: ['ignore', 'pipe', 'inherit'],
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    if (status !== 0) throw new Error(`${side} failed, for the reason above.`);
    await writeFile(`${file}.part`, stdout);
    await rename(`${file}.part`, file);
  }
  const lines = (await readFile(file, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const epochs = lines.filter((line) => (line.event ?? 'epoch') === 'epoch' && line.epoch !== undefined);
  const own = lines.filter(({ event }) => event === 'step').map(({ loss }) => loss);
  return { epochs, steps: own.length > 0 ? own : epochs.flatMap(({ steps }) => steps) };
}

/** The sides after PyTorch as the lesson has it. */
const others = [
  ['alexft', 'alexft'],
  ['channelsLast', 'PyTorch, channels_last'],
  ['oneThread', 'PyTorch, one thread'],
];

/** A table of one training. */
async function compare(folder, training) {
  const torch = await outputOf(folder, training, 'torch');
  const found = [];
  for (const [side, title] of others) found.push({ title, ...(await outputOf(folder, training, side)) });
  const cell = ({ loss, accuracy, valLoss, valAccuracy }) =>
    [loss, valLoss, accuracy, valAccuracy].map((value, i) => value.toFixed(i < 2 ? 4 : 3)).join(' ');
  const row = (cells) => `| ${cells.join(' | ')} |`;
  const apart = (other, steps) =>
    Math.max(...torch.steps.slice(0, steps).map((loss, i) => Math.abs(loss - other.steps[i]))).toExponential(
      1,
    );
  return [
    `### ${training.title[0].toUpperCase()}${training.title.slice(1)}`,
    '',
    row(['epoch', 'PyTorch', ...found.map(({ title }) => title)]),
    row(['---', '---', ...found.map(() => '---')]),
    ...torch.epochs.map((epoch, i) =>
      row([epoch.epoch, cell(epoch), ...found.map(({ epochs }) => cell(epochs[i]))]),
    ),
    row(['first 20 steps', '', ...found.map((other) => apart(other, 20))]),
    row([`all ${torch.steps.length} steps`, '', ...found.map((other) => apart(other))]),
    '',
  ];
}

if (versionsOf(options.python) === undefined) {
  say(`${options.python} lacks PyTorch, Pillow or numpy: pip install torch==2.13.0 "pillow>=12,<13" numpy`);
  process.exit(1);
}
const folder = options.keep ?? (await mkdtemp(join(tmpdir(), 'alexft-tutorial-')));
await mkdir(folder, { recursive: true });
const lines = [
  'In each cell: training loss, validation loss, training accuracy, validation accuracy. The last two rows: the largest',
  'difference from PyTorch in the loss of a step.',
  '',
];
for (const training of trainings.filter(({ name }) => options.only.split(',').includes(name))) {
  lines.push(...(await compare(folder, training)));
}
const text = lines.join('\n');
if (options.markdown) await writeFile(options.markdown, text);
else console.log(text);

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        data: { type: 'string' },
        python: { type: 'string', default: process.env.ALEXFT_PYTHON ?? 'python3' },
        only: { type: 'string', default: 'scratch,all,classifier' },
        keep: { type: 'string' },
        markdown: { type: 'string' },
      },
    });
    if (values.data === undefined) throw new Error('Name a folder of photos: npm run tutorial -- --data DIR');
    return values;
  } catch (error) {
    say(error.message);
    process.exit(2);
  }
}
