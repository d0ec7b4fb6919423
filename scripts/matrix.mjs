// npm run matrix: installs the packed package with each Node in each way that people do, without a compiler, tries it,
// and prints a table. `npm run matrix -- --node oldest,24,newest --mode ignore-scripts,user`; `--tarball FILE` and
// `--wheel FILE` spare packing and fetching. Exit code 0 where nothing failed.

import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { pack } from './pack.mjs';
import { runCell, stepNames } from './package/cell.mjs';
import { modes } from './package/modes.mjs';
import {
  nodeVersions,
  npmSettings,
  provideImages,
  provideNodes,
  provideTools,
  provideWeights,
  provideWheel,
} from './package/provide.mjs';
import { root, say } from './processes.mjs';

const text = { type: 'string' };
const { values } = parseArgs({ options: { node: text, mode: text, tarball: text, wheel: text } });
const all = nodeVersions();
const ends = { oldest: all[0], newest: all.at(-1) };
const versions = values.node?.split(',').map((name) => ends[name] ?? name) ?? all;
const wanted = values.mode?.split(',') ?? Object.keys(modes);
const unknown = wanted.find((name) => !(name in modes));
if (unknown !== undefined) {
  say(`There is no mode '${unknown}': there are ${Object.keys(modes).join(', ')}.`);
  process.exit(2);
}
const tarball = values.tarball ? resolve(values.tarball) : await pack();
process.exitCode = (await matrix()) ? 0 : 1;

/** Runs the cells one after the other and prints the table. Whether none failed. */
async function matrix() {
  const folder = mkdtempSync(join(tmpdir(), 'alexft-matrix-'));
  chmodSync(folder, 0o755); // for the ordinary user too
  try {
    const { nodes, npms } = provideNodes(versions, join(folder, 'nodes'));
    // Copies, since an ordinary user may not be let into the folders where these are.
    const copied = (file) => {
      copyFileSync(file, join(folder, basename(file)));
      return join(folder, basename(file));
    };
    const given = {
      tarball: copied(tarball),
      version: JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version,
      tools: provideTools(join(folder, 'tools')),
      wheel: await provideWheel(values.wheel && copied(values.wheel), folder),
      weights: await provideWeights(join(folder, 'weights')),
      images: await provideImages(join(folder, 'images')),
      npmCache: join(folder, 'npm-cache'),
      environment: { ...kept(process.env), ...npmSettings() },
    };
    const head = ['Node', 'npm', 'mode', ...stepNames, 'MB'];
    for (const cells of [head, head.map(() => '---')]) printRow(cells);
    const count = { passed: 0, failed: 0, skipped: 0 };
    for (const node of nodes) {
      for (const name of wanted) {
        const { cells, outcome } = row(node, name, { npms, given, folder });
        printRow(cells);
        count[outcome] += 1;
      }
    }
    console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
    return count.failed === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Runs one cell, in a folder that goes afterwards, and returns its row. */
function row(node, name, { npms, given, folder }) {
  const mode = modes[name];
  const npm = suits(npms[12], node) && mode.npm === 12 ? npms[12] : npms[11];
  const start = [node.version, npm.version, name];
  const lacks = mode.lacks?.();
  if (lacks) return { cells: [...start, `skipped: ${lacks}`], outcome: 'skipped' };

  const cell = join(folder, `${node.version}-${name}`);
  say(`Node ${node.version}, npm ${npm.version}, ${name}: ${mode.says}`);
  let result = { steps: {} };
  try {
    result = runCell({ node, npm, mode, folder: cell, given });
  } catch (error) {
    say(error.stack); // of this script: the other cells continue
  } finally {
    rmSync(cell, { recursive: true, force: true, maxRetries: 3 });
  }
  const { steps, megabytes } = result;
  const shown = stepNames.map((step) => {
    if (!steps[step]) return '-';
    return steps[step].ok ? `${steps[step].seconds.toFixed(1)} s` : '**failed**';
  });
  const outcome = stepNames.every((step) => steps[step]?.ok) ? 'passed' : 'failed';
  return { cells: [...start, ...shown, megabytes ? megabytes.toFixed(0) : '-'], outcome };
}

/** Whether that npm runs on that Node, by npm's own words and its own reading of them. */
function suits({ engines, script }, node) {
  return createRequire(script)('semver').satisfies(node.version, engines);
}

function printRow(cells) {
  console.log(`| ${cells.join(' | ')} |`);
}

/** Of the environment, what reaches the network: proxies and certificates. The rest, npm's settings too, stays out. */
function kept(environment) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => /proxy|_CERT|_CA_/i.test(name)));
}
