// Measures `alexft check --labels`: makes a folder of links to the photos of DIR in which some are in another class's
// folder, checks it, and counts how many of them come first.
//
//   node bench/swappedLabels.mjs DIR [--swapped N] [--first N] [--seeds N] [--keep FOLDER]
//
// DIR: one folder of images per class. Per seed: --swapped images (50), the same number of each class; --first (60).
// --keep makes the folder of seed 0 at FOLDER, and does not check it.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { check } from '../dist/commands/check.js';
import { scanImageFolder } from '../dist/data/dataset/scan.js';
import { MersenneTwister } from '../dist/random/generator.js';

const { values, positionals } = parseArgs({
  options: {
    swapped: { type: 'string', default: '50' },
    first: { type: 'string', default: '60' },
    seeds: { type: 'string', default: '5' },
    keep: { type: 'string' },
  },
  allowPositionals: true,
});
const [wanted, first, seeds] = [values.swapped, values.first, values.seeds].map(Number);
const { root, classes, samples } = await scanImageFolder(resolve(positionals[0]));

/** Links every image into `folder`, and returns the paths of those in a wrong class. */
function linkSwapped(folder, seed) {
  const generator = new MersenneTwister(seed);
  const wrong = [];
  for (const label of classes.keys()) {
    const own = samples.filter((sample) => sample.label === label);
    const order = generator.randperm(own.length);
    const swapped = new Set([...order.subarray(0, Math.round(wanted / classes.length))]);
    for (const [place, { path }] of own.entries()) {
      const name = path.replaceAll('/', '-');
      const target = classes[swapped.has(place) ? (label + 1) % classes.length : label];
      if (swapped.has(place)) wrong.push(`${target}/${name}`);
      mkdirSync(dirname(join(folder, target, name)), { recursive: true });
      symlinkSync(join(root, path), join(folder, target, name));
    }
  }
  return new Set(wrong);
}

if (values.keep) {
  for (const path of linkSwapped(values.keep, 0)) console.log(path);
} else {
  console.log(
    `| seed | among the first ${first} | suspicious | of them swapped | seconds |\n|---|---|---|---|---|`,
  );
  for (let seed = 0; seed < seeds; seed++) {
    const folder = mkdtempSync(join(tmpdir(), 'alexft-swapped-'));
    try {
      const wrong = linkSwapped(folder, seed);
      const start = performance.now();
      const { labels } = await check({ data: folder, labels: true });
      const seconds = Math.round((performance.now() - start) / 1000);
      const hits = (list) => list.filter(({ file }) => wrong.has(file)).length;
      const { suspicious } = labels;
      console.log(
        `| ${seed} | ${hits(suspicious.slice(0, first))} of ${wrong.size} | ${suspicious.length} | ${hits(suspicious)} | ${seconds} |`,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}
