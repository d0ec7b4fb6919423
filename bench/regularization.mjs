// npm run regularization: what augmentation and regularization give in validation accuracy and cost in time.
//
//   npm run regularization -- --data DIR --results FILE [--seeds 5] [--epochs 5] [--val-split 0.5] [--only a,b]
//
// Trains on ImageNet's convolutions once per setting and seed, each in a process of its own, and prints a table. The
// seed also chooses the split, so each setting is compared seed by seed with the first one that trains the same layers.
// The time is that of the first seed, which caches no features; the others take them from each other. FILE (JSON)
// collects the results; a training that is in it is not run again, so a broken-off comparison continues. The accuracy
// is that of the last epoch: the best one would be chosen by the same images.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    results: { type: 'string' },
    seeds: { type: 'string', default: '5' },
    epochs: { type: 'string', default: '5' },
    'val-split': { type: 'string', default: '0.5' },
    only: { type: 'string' },
  },
});
if (options.data === undefined || options.results === undefined) throw new Error('--data and --results');

const augment = (list, ...more) => ['--augment', list, ...more];
const [classifier, allLayers] = [[], ['--trainable', 'all']];
const settings = {
  'defaults (flip)': classifier,
  '`--augment none`': augment('none'),
  '`--augment flip,crop`': augment('flip,crop'),
  '`--augment flip,crop:0.08`': augment('flip,crop:0.08'),
  '`--augment flip,jitter`': augment('flip,jitter'),
  '`--augment flip,erase`': augment('flip,erase'),
  '`--augment flip,crop,jitter,erase`': augment('flip,crop,jitter,erase'),
  '`--augment flip,crop --views 2`': augment('flip,crop', '--views', '2'),
  '`--resize crop`': ['--resize', 'crop'],
  '`--resize crop --augment flip,crop`': ['--resize', 'crop', ...augment('flip,crop')],
  '`--label-smoothing 0.1`': ['--label-smoothing', '0.1'],
  '`--mixup 0.2`': ['--mixup', '0.2'],
  '`--ema 0.9`': ['--ema', '0.9'],
  '`--schedule cosine --warmup 0.5`': ['--schedule', 'cosine', '--warmup', '0.5'],
  '`--schedule step`': ['--schedule', 'step'],
  '`--schedule plateau --lr-patience 0`': ['--schedule', 'plateau', '--lr-patience', '0'],
  '`--trainable all`': allLayers,
  '`--trainable all --lr-features 1e-5`': [...allLayers, '--lr-features', '1e-5'],
};
/** The setting that a setting's accuracy is compared with. */
const baseOf = (list) => (list.includes('all') ? allLayers : classifier);

const { data, epochs } = options;
const common = { data, epochs: Number(epochs), valSplit: Number(options['val-split']) };
const wanted = options.only?.split(',');
const chosen = Object.entries(settings).filter(
  ([name, list]) => list === baseOf(list) || !wanted || wanted.some((word) => name.includes(word)),
);
const seeds = Array.from({ length: Number(options.seeds) }, (_, seed) => seed);
const results = existsSync(options.results) ? JSON.parse(await readFile(options.results, 'utf8')) : [];

for (const seed of seeds) {
  for (const [name, more] of chosen) {
    const key = { ...common, seed, options: more.join(' ') };
    if (resultOf(key)) continue;
    process.stderr.write(`${name}, seed ${seed}\n`);
    results.push({ ...key, ...(await train(more, seed)) });
    await writeFile(`${options.results}.new`, `${JSON.stringify(results, null, 1)}\n`);
    await rename(`${options.results}.new`, options.results);
  }
}
process.stdout.write(table());

function resultOf(key) {
  return results.find((result) => Object.entries(key).every(([name, value]) => result[name] === value));
}

async function train(more, seed) {
  const folder = await mkdtemp(join(tmpdir(), 'alexft-regularization-'));
  try {
    const bin = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
    const words = [
      ...['train', '--data', data, '--out', join(folder, 'run'), '--seed', String(seed), '--epochs', epochs],
      ...['--val-split', options['val-split'], '--weights', 'imagenet-features'],
      ...['--no-report', '--json', '--quiet'],
      ...(more.includes('--trainable') ? [] : ['--trainable', 'classifier']),
      ...(seed === seeds[0] ? ['--cache-limit', '0'] : []),
      ...more,
    ];
    const { status, stdout } = spawnSync(process.execPath, [bin, ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    if (status !== 0) throw new Error(`alexft ${words.join(' ')}: exit code ${status}`);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const last = events.findLast(({ event }) => event === 'epoch');
    const { seconds } = events.findLast(({ event }) => event === 'done');
    return { accuracy: last.valAccuracy, loss: last.valLoss, seconds };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function table() {
  const percent = (share) => (100 * share).toFixed(1);
  const signed = (share) => `${share < 0 ? '' : '+'}${percent(share)}`;
  const rows = chosen.map(([name, more]) => {
    const of = (list) => seeds.map((seed) => resultOf({ ...common, seed, options: list.join(' ') }));
    const [own, base] = [of(more), of(baseOf(more))];
    const accuracies = own.map(({ accuracy }) => accuracy);
    const gains = accuracies.map((accuracy, index) => accuracy - base[index].accuracy);
    const error = seeds.length > 1 ? ` ± ${percent(deviation(gains) / Math.sqrt(seeds.length))}` : '';
    const gain = more === baseOf(more) ? '' : `${signed(mean(gains))}${error}`;
    const [loss, { seconds }] = [mean(own.map((result) => result.loss)), own[0]];
    const spread = `${percent(Math.min(...accuracies))} to ${percent(Math.max(...accuracies))}`;
    return `| ${name} | ${percent(mean(accuracies))} | ${spread} | ${gain} | ${loss.toFixed(3)} | ${seconds.toFixed(0)} |`;
  });
  return [
    `${seeds.length} seeds, ${epochs} epochs, a share of ${options['val-split']} to validate on`,
    '',
    '| setting | accuracy, % | spread | difference, with its standard error | validation loss | seconds |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of a sample. */
function deviation(values) {
  const centre = mean(values);
  return Math.sqrt(
    values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / Math.max(1, values.length - 1),
  );
}
